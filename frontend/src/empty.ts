// The empty cutout, made without Python: what goes out whenever the real one can't be trusted.

const WIDTH = 640;
const HEIGHT = 720; // stacked: colour 480, mask 240
const FLAT = 128;
const MASK_EMPTY = 16;
const REPEAT_MS = 200; // a receiver that joins late must get one too

function frame(): VideoFrame {
  const luma = WIDTH * HEIGHT;
  const planes = new Uint8Array(luma * 1.5).fill(FLAT);
  planes.fill(MASK_EMPTY, (luma * 2) / 3, luma);
  return new VideoFrame(planes, {
    format: "I420",
    codedWidth: WIDTH,
    codedHeight: HEIGHT,
    timestamp: performance.now() * 1_000,
  });
}

/** Return a video track of empty cutouts; it ends when stopped. */
export function emptyTrack(): MediaStreamTrack {
  const track = new MediaStreamTrackGenerator({ kind: "video" });
  const writer = track.writable.getWriter();
  const timer = setInterval(() => {
    if (track.readyState === "ended") clearInterval(timer);
    else void writer.write(frame()).catch(() => clearInterval(timer));
  }, REPEAT_MS);
  void writer.write(frame()).catch(() => undefined);
  return track;
}
