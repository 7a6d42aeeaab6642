// The empty cutout, made without Python: what goes out whenever the real one can't be trusted.

const FLAT = 128;
const MASK_EMPTY = 16;

/** Return a stacked frame with nobody in it; the time stamp is in microseconds. */
export function emptyFrame(width: number, height: number, timestamp: number): VideoFrame {
  const luma = width * height;
  const chroma = 2 * Math.ceil(width / 2) * Math.ceil(height / 2);
  const planes = new Uint8Array(luma + chroma).fill(FLAT);
  planes.fill(MASK_EMPTY, Math.round((height * 2) / 3) * width, luma);
  return new VideoFrame(planes, {
    format: "I420",
    codedWidth: width,
    codedHeight: height,
    timestamp,
  });
}
