// Makes a take of a film: the same packets, now as MP4 with one table of contents, so that its length
// is known and one can seek in it. The film of a killed tab ends anywhere: what is whole of it counts.
import {
  BlobSource,
  CanvasSink,
  EncodedAudioPacketSource,
  type EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  type InputTrack,
  MATROSKA,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  WEBM,
} from "mediabunny";
import { FPS, RATE } from "./codecs";
import { into, whole } from "./film";
import { aboutOf, fileOf, folderOf } from "./shelf";

// Up to here the table of contents goes to the front, where a browser looks first; the packets are
// held in memory until it is made.
const IN_MEMORY = 256 * 1024 ** 2;

const POSTER_WIDTH = 960;
const AAC_S = 1024 / RATE; // a packet of AAC lasts so long
const TOLD = 50; // times that one hears how far it is

/** Known to browsers for files of this kind, not yet to TypeScript. */
interface Movable extends FileSystemFileHandle {
  move(name: string): Promise<void>;
}

/** Make the take, telling which share of it is made; null: there is nothing in the film. */
export async function finish(id: string, told: (share: number) => void): Promise<File | null> {
  const film = await fileOf(id, "film.mkv");
  const end = film ? await whole(film) : 0;
  if (!film || !end) return null;
  const folder = await folderOf(id);
  // Under another name until it is complete: a take.mp4 is a whole one.
  const made = await folder.getFileHandle("take.part", { create: true });
  const handle = await made.createSyncAccessHandle();
  try {
    handle.truncate(0);
    if (!(await copy(film.slice(0, end), handle, (await aboutOf(id)).grid, told))) return null;
    handle.flush();
  } finally {
    handle.close();
  }
  await (made as Movable).move("take.mp4");
  await folder.removeEntry("film.mkv");
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

/** Copy the film's packets as they are, in order of time; false: there are none. */
async function copy(
  film: Blob,
  handle: FileSystemSyncAccessHandle,
  grid: boolean,
  told: (share: number) => void,
): Promise<boolean> {
  const input = new Input({ source: new BlobSource(film), formats: [MATROSKA, WEBM] });
  const output = new Output({
    format: new Mp4OutputFormat({ fastStart: film.size < IN_MEMORY ? "in-memory" : false }),
    target: new StreamTarget(into(handle), { chunked: true }), // each write waits for the browser
  });
  const [pictures, voices] = [await input.getPrimaryVideoTrack(), await input.getPrimaryAudioTrack()];
  const lanes: AsyncGenerator<Step>[] = [];
  const video = await pictures?.getCodec();
  if (!pictures || !video) return false;
  const shown = new EncodedVideoPacketSource(video);
  output.addVideoTrack(shown, grid ? { frameRate: FPS } : {});
  const form = { decoderConfig: (await pictures.getDecoderConfig()) ?? undefined };
  lanes.push(steps(pictures, 0, (packet) => shown.add(packet, form)));
  const audio = await voices?.getCodec();
  if (voices && audio) {
    const heard = new EncodedAudioPacketSource(audio);
    output.addAudioTrack(heard);
    const long = grid && audio === "aac" ? AAC_S : 0; // those of Opus last whole ms
    const tone = { decoderConfig: (await voices.getDecoderConfig()) ?? undefined };
    lanes.push(steps(voices, long, (packet) => heard.add(packet, tone)));
  }
  await output.start();
  let [copied, known] = [0, 0];
  for await (const step of merged(lanes)) {
    await step.put();
    copied += step.bytes;
    if (copied - known < film.size / TOLD) continue;
    known = copied;
    told(copied / film.size);
  }
  await output.finalize();
  return true;
}

/** One packet, and how it is put into the take. */
interface Step {
  at: number; // seconds
  bytes: number;
  put(): Promise<void>;
}

/** Return a track's packets; Matroska counts in ms: what lasts `long` is put back onto its own grid. */
async function* steps(
  track: InputTrack,
  long: number,
  put: (packet: EncodedPacket) => Promise<void>,
): AsyncGenerator<Step> {
  for await (const packet of new EncodedPacketSink(track).packets()) {
    const at = long ? Math.round(packet.timestamp / long) * long : packet.timestamp;
    yield { at, bytes: packet.byteLength, put: () => put(packet.clone({ timestamp: at })) };
  }
}

/** Return all lanes' steps as one, in order of time. */
async function* merged(lanes: AsyncGenerator<Step>[]): AsyncGenerator<Step> {
  const heads = await Promise.all(lanes.map((lane) => lane.next()));
  for (;;) {
    const times = heads.map(({ value }) => (value as Step | undefined)?.at ?? Infinity);
    const first = times.indexOf(Math.min(...times));
    const head = heads[first]!;
    if (head.done) return;
    yield head.value;
    heads[first] = await lanes[first]!.next();
  }
}
