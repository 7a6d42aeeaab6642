// What the stage must know of everyone besides their pictures.
import type { Person } from "./generated/messages";
import type { Guest } from "./generated/wire";
import type { Quality } from "./state";

export function personsOf(guests: Guest[], quality: Record<string, Quality>): Person[] {
  return guests.map((guest) => ({
    guest: guest.id,
    name: guest.name,
    camera: guest.camera === "on",
    presence: !guest.here ? "away" : quality[guest.id] === 1 ? "poor" : "here",
  }));
}
