// A take's film: the file that is written while it is recorded. It is Matroska that only ever grows, a
// packet at a time: what has left the encoders is on disk, wherever the next key frame may be, and
// whatever kills the tab takes no more than what was still within them.
import { type Noted, folderOf, lockOf, space } from "./shelf";

const FLUSH_MS = 500; // so that not even a power failure takes more than the last second
const RESERVE = 64 * 1024 ** 2; // bytes: with less space left a take ends while it can be finished
const LOOK = 1024 ** 2; // bytes read at a time when looking for the end

export interface Written {
  bytes: number;
  space: number;
}

export class Film {
  private open = true;

  private constructor(
    private readonly handle: FileSystemSyncAccessHandle,
    private readonly unlock: () => void,
  ) {}

  /** Begin a take's film; its lock says to other tabs that it is being written. */
  static async begin(about: Noted): Promise<Film> {
    const unlock = await locked(lockOf(about.id));
    const folder = await folderOf(about.id, true);
    const noted = await access(folder, "about.json");
    noted.write(new TextEncoder().encode(JSON.stringify(about)));
    noted.close();
    return new Film(await access(folder, "film.mkv"), unlock);
  }

  get bytes(): number {
    return this.handle.getSize();
  }

  append(data: Uint8Array<ArrayBuffer>): void {
    this.handle.write(data, { at: this.bytes });
  }

  /** Return a stream that writes into the film. */
  stream(): WritableStream {
    return into(this.handle);
  }

  /** Say how it goes until the film is closed; rejects when the disk is nearly full. */
  async watch(tell: (written: Written) => void): Promise<void> {
    while (this.open) {
      this.handle.flush();
      const left = await space();
      if (!this.open) return;
      tell({ bytes: this.bytes, space: left });
      if (left < RESERVE) throw new DOMException("no space left", "QuotaExceededError");
      await new Promise((again) => setTimeout(again, FLUSH_MS));
    }
  }

  close(): void {
    this.open = false;
    this.handle.close();
  }

  /** The take is made of it: others may look at what lies there. */
  release(): void {
    this.unlock();
  }
}

/** Return a stream that writes into the file. */
export function into(handle: FileSystemSyncAccessHandle): WritableStream {
  return new WritableStream({
    write({ data, position }: { data: Uint8Array<ArrayBuffer>; position: number }) {
      handle.write(data, { at: position });
    },
  });
}

// Elements that hold others and whose length nobody knew when they were begun.
const SEGMENT = 0x18538067;
const CLUSTER = 0x1f43b675;
const BLOCKS = new Set([0xa3, 0xa0]); // SimpleBlock, BlockGroup

/** Return where the last whole block of a film ends; 0: there is none. */
export async function whole(film: Blob): Promise<number> {
  let end = 0;
  let [bytes, from] = [new Uint8Array(), 0];
  for (let at = 0; at < film.size; ) {
    if (at < from || at + 12 > from + bytes.length) {
      bytes = new Uint8Array(await film.slice(at, at + LOOK).arrayBuffer());
      from = at;
    }
    const id = number(bytes, at - from, true);
    const size = id && number(bytes, at - from + id.length, false);
    if (!id || !size) break;
    at += id.length + size.length;
    if (id.value === SEGMENT || id.value === CLUSTER) continue;
    at += size.value;
    if (at > film.size) break;
    if (BLOCKS.has(id.value)) end = at;
  }
  return end;
}

/** Read one of Matroska's numbers of one to eight bytes; null: it is not whole, or none. */
function number(bytes: Uint8Array, at: number, mark: boolean): { value: number; length: number } | null {
  const first = bytes[at];
  const length = first ? Math.clz32(first) - 23 : 0;
  if (!length || at + length > bytes.length) return null;
  let value = mark ? first! : first! & (0xff >> length);
  for (let n = 1; n < length; n++) value = value * 256 + bytes[at + n]!;
  return { value, length };
}

function locked(name: string): Promise<() => void> {
  return new Promise((held) => {
    void navigator.locks.request(name, () => new Promise<void>((unlock) => held(unlock)));
  });
}

async function access(folder: FileSystemDirectoryHandle, name: string): Promise<FileSystemSyncAccessHandle> {
  return (await folder.getFileHandle(name, { create: true })).createSyncAccessHandle();
}
