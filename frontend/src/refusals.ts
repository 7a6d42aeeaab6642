// Which refusal of the server's ends on which page; any other is told and one stays.
import type { ClosedBy } from "./state";

export const REFUSED: Record<string, ClosedBy> = {
  unknown_room: "unknown_room",
  bad_room_name: "unknown_room",
  room_full: "room_full",
  replaced: "replaced",
};
