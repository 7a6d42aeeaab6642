// The product's cutout worker, timed from without: its Python, its segmenter, a live camera.
//
// What the line itself says of its frames is read after each PHASE_MS. Between these phases the
// model alone runs once more after each frame's own run, on the same input and at the same pace.
import { boot, median, where } from "./python.mjs";

const PHASES = 5, PHASE_MS = 3300; // the line's own figures are of its last 3 s
const WARM_UP_MS = 4000;

const bare = [];
let timing = false;
async function load(name) {
  const { loadLitert } = await import(where.litert);
  const files = { litert: { url: where.runtime }, model: { url: where.model } };
  const segmenter = await loadLitert(files);
  const { run } = segmenter;
  segmenter.run = async (picture, mask) => {
    await run(picture, mask);
    if (!timing) return;
    const start = performance.now();
    await run(picture, mask);
    bare.push(performance.now() - start);
  };
  return segmenter;
}

const python = await boot();
const { main } = python.pyimport("sameframe_worker.cutout_worker");
await main(python.pyimport("sameframe_worker.browser"), load);

const hear = self.onmessage;
const answers = [];
const post = self.postMessage.bind(self);
self.postMessage = (data, ...rest) => {
  if (data.type === "cutout_stats") answers.push(data);
  post(data, ...rest);
};
const wait = (ms) => new Promise((done) => setTimeout(done, ms));

await wait(WARM_UP_MS);
for (let phase = 0; phase < PHASES; phase++) {
  await wait(PHASE_MS);
  hear({ data: { type: "ask_stats", request: phase } });
  timing = true;
  await wait(PHASE_MS);
  timing = false;
}
const of = (key) => median(answers.map((answer) => answer[key]));
post({ type: "timed", frame: of("frame_ms"), infer: of("infer_ms"), fps: of("fps"), bare: median(bare), runs: bare.length });
