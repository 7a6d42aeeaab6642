// The remote's states there are to look at, by name.
import { signal } from "@preact/signals";
import type { Control } from "../../control";
import type { RemoteChanged } from "../../generated/wire";
import type { Link, Seconds } from "../../state";
import { FakeBooth } from "./fake";
import { printOf } from "./paint";

interface Shown {
  view?: Partial<RemoteChanged> | null;
  link?: Link;
  countdown?: number;
  ended?: string;
  said?: string;
}

const quiet: RemoteChanged = {
  type: "remote_changed", name: "Mina", held: null, busy: false, at: null, seconds: 0, number: null, count: null,
  print: null,
};

function print(): RemoteChanged["print"] {
  const booth = new FakeBooth();
  return { shot: "s000000000000", page: "#", preview: printOf(booth.scene.value, booth.guests.value) };
}

function control({ view = {}, link = "open", countdown, ended, said }: Shown): Control {
  return {
    link: signal<Link>(link),
    view: signal(view && { ...quiet, ...view }),
    ended: signal(ended ?? null),
    said: signal(said ?? null),
    countdown: signal(countdown ?? null),
    flash: signal(0),
    timer: signal<Seconds>(3),
    press: () => undefined,
  };
}

export const remotes: Record<string, () => Control> = {
  remote: () => control({}),
  "remote-print": () => control({ view: { print: print() } }),
  "remote-connecting": () => control({ view: null, link: "connecting" }),
  "remote-lost": () => control({ view: { print: print() }, link: "reconnecting" }),
  "remote-counting": () => control({ view: { busy: true, print: print() }, countdown: 3 }),
  "remote-series": () => control({ view: { busy: true, number: 2, count: 4 }, countdown: 2 }),
  "remote-held": () => control({ view: { held: "host", print: print() } }),
  "remote-away": () => control({ view: { held: "away" } }),
  "remote-refused": () => control({ said: "already_retaking" }),
  "remote-ended": () => control({ ended: "remote_ended" }),
  "remote-bad": () => control({ ended: "bad_remote" }),
};
