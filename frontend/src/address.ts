// Where a room is: in the address bar, as a link to send, as a socket.

/** The room that the page was opened for, or null. */
export function roomHere(): string | null {
  const name = /^\/r\/(.+)$/.exec(location.pathname)?.[1];
  if (!name) return null;
  try {
    return decodeURIComponent(name);
  } catch {
    return name; // what is no valid URL names no room either
  }
}

export const linkTo = (room: string): string => `${location.origin}/r/${room}`;

export const socketOf = (room: string): string =>
  `${location.origin.replace(/^http/, "ws")}/api/rooms/${room}/socket`;
