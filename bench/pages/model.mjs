// The model and nothing else, thirty times a second: what no cutout on this runtime can go below.
const where = Object.fromEntries(new URL(self.location).searchParams);
const { loadLitert } = await import(where.litert);
const files = { litert: { url: where.runtime }, model: { url: where.model } };
const segmenter = await loadLitert(files);
const picture = new Float32Array(256 * 256 * 3).map((_, at) => (at % 251) / 251);
const mask = new Float32Array(256 * 256);
let runs = 0;
setInterval(async () => {
  await segmenter.run(picture, mask);
  runs += 1;
}, 1000 / 30);
self.onmessage = () => self.postMessage(runs);
self.postMessage("ready");
