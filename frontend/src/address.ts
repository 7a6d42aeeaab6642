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

/** The room and the key that a remote's page was opened for; the key is in the fragment alone. */
export function remoteHere(): { room: string; key: string } {
  const room = /^\/r\/([^/]+)\/remote$/.exec(location.pathname)?.[1] ?? "";
  return { room, key: location.hash.slice(1) };
}

export const linkTo = (room: string): string => `${location.origin}/r/${room}`;

export const socketOf = (room: string): string =>
  `${location.origin.replace(/^http/, "ws")}/api/rooms/${room}/socket`;
