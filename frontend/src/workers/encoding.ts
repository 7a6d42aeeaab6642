// A worker's way to the encoder, which starts with the first picture.
import type { Encode } from "./encoder";

let encoder: Worker | null = null;
const waiting = new Set<(error: Error) => void>();

/** Encode RGBA pixels as WebP; takes the pixels away. */
export function encodeWebp(
  pixels: Uint8Array<ArrayBuffer>,
  width: number,
  height: number,
): Promise<Blob> {
  encoder ??= start();
  const { port1, port2 } = new MessageChannel();
  const message: Encode = { pixels, width, height, answer: port2 };
  encoder.postMessage(message, [pixels.buffer, port2]);
  return new Promise<Blob>((resolve, reject) => {
    waiting.add(reject);
    port1.onmessage = ({ data }: MessageEvent<Blob | string>) => {
      waiting.delete(reject);
      port1.close();
      if (data instanceof Blob) resolve(data);
      else reject(new Error(data));
    };
  });
}

function start(): Worker {
  const worker = new Worker(new URL("./encoder.ts", import.meta.url), {
    type: "module",
    name: "encoder",
  });
  // One that does not load answers nobody; the next picture gets another.
  worker.onerror = (event) => {
    encoder = null;
    for (const reject of waiting) reject(new Error(`no encoder: ${event.message}`));
    waiting.clear();
  };
  return worker;
}
