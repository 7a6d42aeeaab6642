// Encodes pictures as WebP with alpha, and nothing else. A worker of its own: in a worker Chromium
// encodes on the spot, and a large layer would stop cutouts or stage for longer than the gate waits.

export interface Encode {
  pixels: Uint8Array<ArrayBuffer>; // RGBA, straight alpha
  width: number;
  height: number;
  answer: MessagePort;
}

const QUALITY = 0.95; // of the colour; alpha is kept as it is below 1, too

self.onmessage = async ({ data }: MessageEvent<Encode>) => {
  const { pixels, width, height, answer } = data;
  try {
    // A canvas holds colour multiplied by alpha: what is under alpha 0 is gone here at the latest.
    const canvas = new OffscreenCanvas(width, height);
    const image = new ImageData(new Uint8ClampedArray(pixels.buffer), width, height);
    canvas.getContext("2d")!.putImageData(image, 0, 0);
    answer.postMessage(await canvas.convertToBlob({ type: "image/webp", quality: QUALITY }));
  } catch (error) {
    answer.postMessage(String(error));
  }
};
