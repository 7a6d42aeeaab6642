// Says who comes and goes, from one roster to the next.
import { useSignalEffect } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Guest } from "../generated/wire";
import type { Link } from "../state";
import { useBooth } from "./context";
import { say } from "./notices";

interface Before {
  guests: Guest[];
  host: boolean;
  link: Link;
}

export function useComings(): void {
  const booth = useBooth();
  const before = useRef<Before | null>(null);
  useSignalEffect(() => {
    if (booth.view.value !== "room" || booth.me.value === null) {
      before.current = null;
      return;
    }
    const now = { guests: booth.guests.value, host: booth.isHost.value, link: booth.link.value };
    if (before.current) compare(before.current, now, booth.me.value);
    before.current = now;
  });
}

function compare(before: Before, now: Before, me: string): void {
  if (before.link === "reconnecting" && now.link === "open") say("info", "reconnected");
  if (!before.host && now.host) say("info", "host_now");
  const were = new Map(before.guests.map((guest) => [guest.id, guest]));
  for (const guest of now.guests) {
    const was = were.get(guest.id);
    were.delete(guest.id);
    if (guest.id === me) continue;
    const { name } = guest;
    if (was === undefined) say("info", "guest_joined", { name });
    else if (was.here && !guest.here) say("info", "guest_away", { name });
    else if (!was.here && guest.here) say("info", "guest_back", { name });
  }
  for (const { id, name } of were.values()) if (id !== me) say("info", "guest_left", { name });
}
