// What one chose as a background, opened here: a picture, or a video that plays without sound.
import type { Size } from "./crop";

const LONGEST_S = 20.5; // a camera's "20 s" may be a little more
const MAX_BYTES = 100 * 1024 ** 2;

/** Something that can be drawn; `moves` is sent as it is, as no browser makes a smaller one of it. */
export interface Footage extends Size {
  shown: CanvasImageSource;
  moves: boolean;
  close(): void;
}

/** Open a file; rejects, with the code of what is refused, what is too long, too large or not readable. */
export async function open(file: File): Promise<Footage> {
  if (isVideo(file)) return openVideo(file);
  const bitmap = await createImageBitmap(file).catch(() => Promise.reject(new Refused("bad_still")));
  const { width, height } = bitmap;
  return { shown: bitmap, width, height, moves: await animated(file), close: () => bitmap.close() };
}

export class Refused extends Error {
  constructor(readonly code: "bad_still" | "bad_video" | "video_too_long" | "video_too_large") {
    super(code);
  }
}

export const isVideo = ({ type }: Blob) => type.startsWith("video/");

async function openVideo(file: File): Promise<Footage> {
  if (file.size > MAX_BYTES) throw new Refused("video_too_large");
  const video = document.createElement("video");
  Object.assign(video, { muted: true, loop: true, playsInline: true, src: URL.createObjectURL(file) });
  const close = () => {
    video.pause();
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
    video.load();
  };
  try {
    await new Promise((loaded, failed) => {
      video.onloadeddata = loaded;
      video.onerror = failed;
    });
  } catch {
    close();
    throw new Refused("bad_video");
  }
  const { videoWidth: width, videoHeight: height, duration } = video;
  // A recording of a browser's doesn't say how long it is; the server counts.
  if (Number.isFinite(duration) && duration > LONGEST_S) {
    close();
    throw new Refused("video_too_long");
  }
  if (!matchMedia("(prefers-reduced-motion: reduce)").matches) void video.play().catch(() => undefined);
  return { shown: video, width, height, moves: true, close };
}

/** Is it a GIF of several pictures? */
async function animated(file: File): Promise<boolean> {
  if (file.type !== "image/gif") return false;
  const decoder = new ImageDecoder({ data: file.stream(), type: file.type });
  try {
    await decoder.completed;
    return (decoder.tracks.selectedTrack?.frameCount ?? 1) > 1;
  } catch {
    return false; // its first picture is there, at least
  } finally {
    decoder.close();
  }
}
