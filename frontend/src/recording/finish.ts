// Makes a take of a film: the same packets, now with one table of contents, so that its length is
// known and one can seek in it. The film of a killed tab ends anywhere: what is whole of it counts.
import { BlobSource, CanvasSink, Conversion, Input, MP4, Mp4OutputFormat, Output, StreamTarget } from "mediabunny";
import { fileOf, folderOf } from "./shelf";

// Up to here the table of contents goes to the front, where a browser looks first; the packets are
// held in memory until it is made.
const IN_MEMORY = 256 * 1024 ** 2;

const POSTER_WIDTH = 960;

/** Known to browsers for files of this kind, not yet to TypeScript. */
interface Movable extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

/** Make the take; null: there is nothing in the film. */
export async function finish(id: string): Promise<File | null> {
  const film = await fileOf(id, "film.mp4");
  const end = film ? await whole(film) : 0;
  if (!film || !end) return null;
  const folder = await folderOf(id);
  // Under another name until it is complete: a take.mp4 is a whole one.
  const made = await folder.getFileHandle("take.part", { create: true });
  const handle = await made.createSyncAccessHandle();
  try {
    handle.truncate(0);
    const input = new Input({ source: new BlobSource(film.slice(0, end)), formats: [MP4] });
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: end < IN_MEMORY ? "in-memory" : false }),
      target: new StreamTarget(into(handle)),
    });
    const conversion = await Conversion.init({ input, output, showWarnings: false });
    if (!conversion.isValid) return null;
    await conversion.execute();
    handle.flush();
  } finally {
    handle.close();
  }
  await (made as Movable).move("take.mp4");
  await folder.removeEntry("film.mp4");
  return fileOf(id, "take.mp4");
}

/** Return how long a take is, and a picture of it from its first second. */
export async function look(file: File): Promise<{ ms: number; poster: Blob | null }> {
  const input = new Input({ source: new BlobSource(file), formats: [MP4] });
  const [seconds, track] = [await input.computeDuration(), await input.getPrimaryVideoTrack()];
  const sink = track && (await track.canDecode()) ? new CanvasSink(track, { width: POSTER_WIDTH }) : null;
  const shown = await sink?.getCanvas(Math.min(1, seconds / 2));
  const canvas = shown?.canvas as OffscreenCanvas | undefined;
  const poster = (await canvas?.convertToBlob({ type: "image/webp", quality: 0.85 })) ?? null;
  return { ms: seconds * 1000, poster };
}

/** Return a stream that writes into the file. */
export function into(handle: FileSystemSyncAccessHandle): WritableStream {
  return new WritableStream({
    write({ data, position }: { data: Uint8Array<ArrayBuffer>; position: number }) {
      handle.write(data, { at: position });
    },
  });
}

/** Return where the last whole fragment ends; 0: there is none. */
async function whole(film: File): Promise<number> {
  let end = 0;
  for (let at = 0; at + 8 <= film.size; ) {
    const head = new DataView(await film.slice(at, at + 16).arrayBuffer());
    const kind = String.fromCharCode(...new Uint8Array(head.buffer, 4, 4));
    const size = head.getUint32(0);
    const length = size === 1 && head.byteLength === 16 ? Number(head.getBigUint64(8)) : size;
    if (length < 8 || at + length > film.size) break;
    at += length;
    if (kind === "mdat") end = at;
  }
  return end;
}
