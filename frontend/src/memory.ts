// What the browser remembers for the person: a name, devices, seats in rooms.

/** A guest's token and a host's, by room. */
export interface Seat {
  token: string | undefined;
  host: string | undefined;
  first: boolean; // this tab holds the browser's seat
  returning: boolean; // this very tab was in the room a moment ago
}

const read = (store: Storage | null, key: string): string | null => {
  try {
    return store?.getItem(`sameframe.${key}`) ?? null;
  } catch {
    return null; // storage may be forbidden: then nothing is remembered
  }
};

const write = (store: Storage | null, key: string, value: string | null): void => {
  try {
    if (value === null) store?.removeItem(`sameframe.${key}`);
    else store?.setItem(`sameframe.${key}`, value);
  } catch {
    // see above
  }
};

const storage = (name: "localStorage" | "sessionStorage"): Storage | null => {
  try {
    return globalThis[name];
  } catch {
    return null;
  }
};

const local = storage("localStorage");
const session = storage("sessionStorage");

export const remembered = (key: "name" | "camera" | "microphone"): string | null =>
  read(local, key);
export const remember = (key: "name" | "camera" | "microphone", value: string): void =>
  write(local, key, value);

/** Whether the person wants a device on; what was off before a reload stays off. */
export const wish = (key: "camera" | "microphone"): boolean => read(session, `${key}.off`) === null;
export const keepWish = (key: "camera" | "microphone", on: boolean): void =>
  write(session, `${key}.off`, on ? null : "off");

/** Claim this browser's seat in the room. Whoever closes the tab and comes back finds it again;
 * a second tab beside the first is a second guest, and has its own seat for reloads. */
export async function claimSeat(room: string): Promise<Seat> {
  const first = await lock(`sameframe.seat.${room}`);
  const shared = read(local, `seat.${room}`);
  const own = read(session, `seat.${room}`);
  // A duplicated tab begins with its original's storage, but not with its seat.
  const kept = !first && own === shared ? null : own;
  const token = kept ?? (first ? shared : null) ?? undefined;
  const host = read(local, `host.${room}`) ?? undefined;
  return { token, host, first, returning: kept !== null };
}

export function keepToken(room: string, seat: Seat, token: string | null): void {
  seat.token = token ?? undefined;
  write(session, `seat.${room}`, token);
  if (seat.first) write(local, `seat.${room}`, token);
}

export function keepHost(room: string, host: string): void {
  write(local, `host.${room}`, host);
}

/** Take a lock for as long as this page lives; false: another tab has it, or storage is forbidden. */
function lock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    const hold = (held: Lock | null) => {
      resolve(held !== null);
      return held && new Promise<never>(() => undefined);
    };
    navigator.locks.request(name, { ifAvailable: true }, hold).catch(() => resolve(false));
  });
}
