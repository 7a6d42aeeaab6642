// A worker with Python and the product's stage, fed with frames of a moving person of sorts.
import { boot } from "./python.mjs";

const python = await boot();
const [{ data: canvas }] = self.takeEarlyMessages();

const W = 640, H = 480, ROWS = 720, KINDS = 10;
const drawn = Array.from({ length: KINDS }, (_, kind) => {
  const planes = new Uint8Array(W * ROWS * 1.5).fill(128);
  for (let y = 0; y < H; y++) {
    for (let x = 0; x < W; x++) {
      // A head and shoulders, of which a third of the frame is filled, textured and moving.
      const head = Math.hypot((x - 320 - kind) / 85, (y - 190) / 115);
      const body = Math.hypot((x - 320 - kind) / 210, (y - 480) / 180);
      const alpha = Math.max(0, Math.min(1, (1.03 - Math.min(head, body)) * 16));
      if (alpha > 0) planes[y * W + x] = 60 + (((x * 7) ^ (y * 3)) + kind * 11) % 120;
      if (y % 2) planes[(H + (y >> 1)) * W + x] = alpha <= 0 ? 16 : alpha >= 1 ? 235 : 28 + alpha * 196;
    }
  }
  return planes;
});
const frame = (n) =>
  new VideoFrame(drawn[n % KINDS], { format: "I420", codedWidth: W, codedHeight: ROWS, timestamp: n });

// A background that moves, as its decoder gives it: a new frame in five of six ticks.
const moving = Array.from({ length: KINDS }, (_, kind) =>
  new Uint8Array(1280 * 720 * 1.5).map((_, i) => (i < 1280 * 720 ? 40 + ((i * 3 + kind * 17) & 127) : 120 + kind)));
const loop = {
  at: async (n) => n % 6 === 0 ? null
    : new VideoFrame(moving[n % KINDS], { format: "I420", codedWidth: 1280, codedHeight: 720, timestamp: n }),
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
