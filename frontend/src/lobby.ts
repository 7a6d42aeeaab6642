// What the server says of a room before one is in it, looked up again while one stands in the lobby.
import type { RoomInfo } from "./generated/wire";
import type { ClosedBy } from "./state";

const AGAIN_MS = 4_000; // a recording that begins is known before anyone has typed a name

export async function askRoom(room: string): Promise<RoomInfo | ClosedBy> {
  const response = await fetch(`/api/rooms/${encodeURIComponent(room)}`).catch(() => null);
  if (response?.ok) return (await response.json()) as RoomInfo;
  return response?.status === 404 ? "unknown_room" : "server_gone";
}

/** Tell what the room is like, again and again, for as long as `wanted` says so. */
export function watchRoom(room: string, wanted: () => boolean, tell: (info: RoomInfo) => void): void {
  const timer = setInterval(async () => {
    if (!wanted()) return clearInterval(timer);
    const info = await askRoom(room);
    if (typeof info !== "string" && wanted()) tell(info);
  }, AGAIN_MS);
}
