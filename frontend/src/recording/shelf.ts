// Where takes lie on this device: the origin's private file system, one folder each.
//
//   takes/{id}/about.json   what it is
//              film.mkv     as it was written while it was recorded, packet by packet
//              take.mp4     made of it at the end: with a table of contents, so that one can seek
//
// Whoever writes a take holds its lock: without one, and without a take.mp4, it was interrupted.

export interface About {
  id: string;
  room: string;
  album: string;
  started: number; // ms since the epoch
  width: number;
  height: number;
}

/** As it is written down with a film. */
export interface Noted extends About {
  grid: boolean; // its frames stand on a grid of thirty a second, by the take's clock
}

export const lockOf = (id: string): string => `sameframe take ${id}`;

async function shelf(): Promise<FileSystemDirectoryHandle> {
  const root = await navigator.storage.getDirectory();
  return root.getDirectoryHandle("takes", { create: true });
}

/** Return a take's folder. */
export async function folderOf(id: string, create = false): Promise<FileSystemDirectoryHandle> {
  return (await shelf()).getDirectoryHandle(id, { create });
}

/** Return what is known of every take on this device, oldest first. */
export async function shelved(): Promise<About[]> {
  const found: About[] = [];
  for await (const id of (await shelf()).keys()) {
    try {
      found.push(await aboutOf(id));
    } catch {
      if (!(await written(id))) await discard(id); // its tab was gone before it had begun
    }
  }
  return found.sort((a, b) => a.started - b.started);
}

/** Return what is known of a take; rejects where that was never written. */
export async function aboutOf(id: string): Promise<Noted> {
  return JSON.parse((await (await fileOf(id, "about.json"))?.text()) ?? "") as Noted;
}

/** Return one of a take's files; null: there is none, or nothing in it. */
export async function fileOf(id: string, name: string): Promise<File | null> {
  try {
    const file = await (await (await folderOf(id)).getFileHandle(name)).getFile();
    return file.size ? file : null;
  } catch {
    return null;
  }
}

/** Tell whether somebody writes this take just now. */
export async function written(id: string): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return held!.some(({ name }) => name === lockOf(id));
}

/** Forget a take. */
export async function discard(id: string): Promise<void> {
  await (await shelf()).removeEntry(id, { recursive: true }).catch(() => undefined);
}

/** Bytes that may still be written. */
export async function space(): Promise<number> {
  const { quota = 0, usage = 0 } = await navigator.storage.estimate();
  return Math.max(0, quota - usage);
}
