// A remote's connection: presses the shutter as its guest, and shows what happens meanwhile.
import { signal, type Signal } from "@preact/signals";
import { remoteHere, socketOf } from "./address";
import type { FromServer, RemoteChanged } from "./generated/wire";
import { Shutter } from "./shutter";
import { now, Signalling } from "./signalling";
import type { Link, Seconds } from "./state";

const SLACK_MS = 20; // a ping that took so much longer than the best says less of the time

/** What a remote's page shows and does. */
export interface Control {
  link: Signal<Link>;
  view: Signal<RemoteChanged | null>;
  ended: Signal<string | null>; // an error's name, for good
  said: Signal<string | null>; // an error's name, of what was just refused
  countdown: Signal<number | null>;
  flash: Signal<number>;
  timer: Signal<Seconds>;
  press(): void;
}

export class LiveControl implements Control {
  readonly link = signal<Link>("connecting");
  readonly view = signal<RemoteChanged | null>(null);
  readonly ended = signal<string | null>(null);
  readonly said = signal<string | null>(null);
  readonly timer = signal<Seconds>(3);
  private readonly shutter = new Shutter();
  readonly countdown = this.shutter.countdown;
  readonly flash = this.shutter.flash;
  private readonly signalling: Signalling | null = null;
  private offset: number | null = null; // server time minus own, ms
  private best = Infinity; // ms, of a ping
  private counted: number | null = null; // the instant that is counted to

  constructor() {
    const { room, key } = remoteHere();
    if (key.length < 16) {
      this.ended.value = "bad_remote";
      return;
    }
    this.signalling = new Signalling(socketOf(room), {
      hello: () => ({ type: "remote", key }),
      message: (message, received) => this.hear(message, received),
      link: (link) => (this.link.value = link),
      refused: (code) => (this.ended.value = code),
    });
  }

  press(): void {
    this.said.value = null;
    this.signalling?.send({ type: "shoot", seconds: this.timer.value, template: null, format: "single" });
  }

  private hear(message: FromServer, received: number): void {
    switch (message.type) {
      case "remote_changed":
        if (this.offset === null) this.signalling?.send({ type: "ping", sent: now() });
        this.view.value = message;
        return this.count();
      case "pong":
        return this.timed(message.sent, message.time, received);
      case "refused":
        this.said.value = message.code;
    }
  }

  private timed(sent: number, server: number, received: number): void {
    const took = received - sent;
    if (took > this.best + SLACK_MS) return;
    this.best = Math.min(this.best, took);
    this.offset = server - (sent + received) / 2;
    this.count();
  }

  /** Count to the instant, once both it and the server's time are known. */
  private count(): void {
    const { at, seconds } = this.view.value!;
    if (at === this.counted || this.offset === null) return;
    this.counted = at;
    if (at !== null) this.shutter.count(at - this.offset, seconds, now);
  }
}
