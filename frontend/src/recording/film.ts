// A take's film: the file that is written while it is recorded. It is Matroska that only ever grows, a
// packet at a time: what has left the encoders is on disk a quarter of a second later, wherever the next
// key frame may be, and whatever kills the tab takes no more than that and what was still within them.
import { type Noted, folderOf, lockOf, space } from "./shelf";

// A write waits for the browser (in a private window for its main process: .1 to 1 s on a busy machine,
// where one per packet kept the encoders waiting), so packets are gathered.
const WRITE_MS = 250;
const FLUSH = 2; // with each second write: not even a power failure takes more than the last second
const RESERVE = 64 * 1024 ** 2; // bytes: with less space left a take ends while it can be finished
const LOOK = 1024 ** 2; // bytes read at a time when looking for the end

interface Piece {
  data: Uint8Array<ArrayBuffer>;
  position: number;
}

export interface Written {
  bytes: number;
  space: number;
}

export class Film {
  private open = true;
  private gathered: Uint8Array<ArrayBuffer>[] = [];
  private written = 0;
  bytes = 0;

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

  append(data: Uint8Array<ArrayBuffer>): void {
    this.gathered.push(data);
    this.bytes += data.length;
  }

  /** Return a stream that goes to the end of the film. */
  stream(): WritableStream {
    return new WritableStream({ write: ({ data }: Piece) => this.append(data) });
  }

  /** Write, and say how it goes, until the film is closed; rejects when the disk is nearly full. */
  async watch(tell: (written: Written) => void): Promise<void> {
    let left = await space();
    for (let times = 1; this.open; times++) {
      this.write();
      if (times % FLUSH === 0) this.handle.flush();
      void space().then((now) => (left = now)); // which takes as long
      tell({ bytes: this.bytes, space: left });
      if (left < RESERVE) throw new DOMException("no space left", "QuotaExceededError");
      await new Promise((again) => setTimeout(again, WRITE_MS));
    }
  }

  close(): void {
    this.open = false;
    try {
      this.write();
    } catch {
      // A full disk: what is whole is kept.
    }
    this.handle.close();
  }

  private write(): void {
    if (!this.gathered.length) return;
    const data = new Uint8Array(this.bytes - this.written);
    let at = 0;
    for (const piece of this.gathered.splice(0)) {
      data.set(piece, at);
      at += piece.length;
    }
    this.handle.write(data, { at: this.written });
    this.written += data.length;
  }

  /** The take is made of it: others may look at what lies there. */
  release(): void {
    this.unlock();
  }
}

/** Return a stream that writes into the file. */
export function into(handle: FileSystemSyncAccessHandle): WritableStream {
  return new WritableStream({
    write({ data, position }: Piece) {
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
