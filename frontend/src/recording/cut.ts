// Cuts a piece out of a take that lies in an album: the same packets, without encoding anew, so that it
// is quick and as good as it was. It begins at a key frame, of which there are two a second.
import {
  BlobSource,
  Conversion,
  EncodedPacketSink,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
  StreamTarget,
  UrlSource,
} from "mediabunny";
import { send } from "./upload";

// Films of browsers that set key frames by themselves may have them far apart: those are encoded anew.
const APART_S = 0.5;
const IN_MEMORY = 256 * 1024 ** 2; // bytes: up to here the table of contents goes to the front
const FOLDER = "cuts";

/** Return when the first key frame after `start` is, so that picture and sound begin with it together;
    where it is too far away the picture is encoded anew from `start` on. */
async function keyed(input: Input, start: number): Promise<number> {
  const pictures = new EncodedPacketSink((await input.getPrimaryVideoTrack())!);
  const before = await pictures.getKeyPacket(start);
  const after = before && before.timestamp < start ? await pictures.getNextKeyPacket(before) : before;
  return after && after.timestamp - start <= APART_S ? after.timestamp : start;
}

/** Put what lies between `start` and `end` (s) into the album in the take's place.

    `told` hears how much is done of cutting and then of sending, as shares. Rejects with why it can't. */
export async function cut(
  film: string,
  page: string,
  start: number,
  end: number,
  told: (sending: boolean, share: number) => void,
): Promise<void> {
  const root = await navigator.storage.getDirectory();
  await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined); // of a tab that was closed
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const handle = await folder.getFileHandle("cut.mp4", { create: true });
  const input = new Input({ source: new UrlSource(film), formats: [MP4] });
  try {
    const share = (end - start) / (await input.computeDuration());
    const bytes = share * ((await input.source.getSizeOrNull()) ?? Infinity);
    const output = new Output({
      format: new Mp4OutputFormat({ fastStart: bytes < IN_MEMORY ? "in-memory" : false }),
      target: new StreamTarget(await handle.createWritable()),
    });
    const conversion = await Conversion.init({
      input,
      output,
      trim: { start: await keyed(input, start), end },
      // Nothing that was cut off is in it, not even the half second before the first key frame.
      copy: { boundaryPolicy: "shrink", boundaryTolerance: APART_S, shiftTolerance: APART_S },
      showWarnings: false,
    });
    if (!conversion.isValid) throw new Error("nothing to copy");
    conversion.onProgress = (done) => told(false, done);
    await conversion.execute();
    const file = await handle.getFile();
    const made = new Input({ source: new BlobSource(file), formats: [MP4] });
    const track = (await made.getPrimaryVideoTrack())!;
    const about = {
      width: await track.getDisplayWidth(),
      height: await track.getDisplayHeight(),
      ms: (await made.computeDuration()) * 1000,
    };
    await send(file, `${location.origin}${page}/cuts`, {}, about, (done) => told(true, done));
  } finally {
    input.dispose();
    await root.removeEntry(FOLDER, { recursive: true }).catch(() => undefined);
  }
}
