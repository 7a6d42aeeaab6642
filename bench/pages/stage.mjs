// A worker with Python and the product's stage, fed with frames of a person, cut out by an outline.
import { boot } from "./python.mjs";

const python = await boot();
const [{ data: { canvas, film } }] = self.takeEarlyMessages();

const W = 640, H = 480, ROWS = 720, KINDS = film.length;
const drawn = film.map((of, kind) => {
  const planes = new Uint8Array(W * ROWS * 1.5).fill(128);
  const chroma = (W * H) / 4;
  for (const plane of [0, 1]) {
    const from = W * H + plane * chroma;
    planes.set(of.subarray(from, from + chroma), W * ROWS * (1 + plane / 4));
  }
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      // A head and shoulders, a third of the frame, and moving.
      const head = Math.hypot((x - 320 - kind) / 85, (y - 190) / 115);
      const body = Math.hypot((x - 320 - kind) / 210, (y - 480) / 180);
      const alpha = Math.max(0, Math.min(1, (1.03 - Math.min(head, body)) * 16));
      if (alpha > 0) planes[y * W + x] = of[y * W + x];
      if (y % 2) planes[(H + (y >> 1)) * W + x] = alpha <= 0 ? 16 : alpha >= 1 ? 235 : 28 + alpha * 196;
    }
  }
  return planes;
});
const frame = (n) =>
  new VideoFrame(drawn[n % KINDS], { format: "I420", codedWidth: W, codedHeight: ROWS, timestamp: n });

// A background that moves, as its decoder gives it: one of ours that drifts, a new frame in five of
// six ticks.
const beach = await createImageBitmap(await (await fetch("/backgrounds/beach.webp")).blob());
const moving = Array.from({ length: KINDS }, (_, kind) => {
  const on = new OffscreenCanvas(1280, 720).getContext("2d", { willReadFrequently: true });
  on.drawImage(beach, -8 * kind, 0, 1380, 776);
  const data = i420(on.getImageData(0, 0, 1280, 720));
  return new VideoFrame(data, { format: "I420", codedWidth: 1280, codedHeight: 720, timestamp: kind });
});
function i420({ data, width, height }) {
  const planes = new Uint8Array(width * height * 1.5);
  const quarter = (width * height) / 4;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [r, g, b] = data.subarray(4 * (y * width + x));
      planes[y * width + x] = 16 + 0.183 * r + 0.614 * g + 0.062 * b;
      const at = width * height + (y >> 1) * (width / 2) + (x >> 1);
      planes[at] = 128 - 0.101 * r - 0.339 * g + 0.439 * b;
      planes[at + quarter] = 128 + 0.439 * r - 0.399 * g - 0.04 * b;
    }
  }
  return planes;
}
let asked = 0;
const loop = {
  step: 1 / 25,
  // Another name for what is decoded, as loop.ts gives it: decoders work on threads of their own.
  copy: async (_second, width, height, heap, planes) => {
    if (++asked % 6 === 0) return null;
    const frame = moving[asked % KINDS].clone();
    await frame.copyTo(new Uint8Array(heap.HEAPU8.buffer, planes, width * height * 1.5));
    frame.close();
    return "I420";
  },
};

// The same six, as large as in a row on our stage, but without their masks.
const scratch = new OffscreenCanvas(1280, 720).getContext("2d");
function drawnByCanvas(n) {
  const frames = [0, 1, 2, 3, 4, 5].map((at) => frame(n + at));
  const start = performance.now();
  scratch.fillRect(0, 0, 1280, 720);
  frames.forEach((one, at) => scratch.drawImage(one, 0, 0, W, H, at * 213 - 107, 400, 427, 320));
  scratch.getImageData(0, 0, 1, 1); // only then it is really drawn
  const ms = performance.now() - start;
  for (const one of frames) one.close();
  return ms;
}

python.globals.set("canvas", canvas);
python.globals.set("frame", frame);
python.globals.set("loop", loop);
python.globals.set("drawn_by_canvas", drawnByCanvas);
const program = await (await fetch("stage_ticks.py")).text();
self.postMessage(await python.runPythonAsync(program));
