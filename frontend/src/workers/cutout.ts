// The cutout worker's shell: boots Python, which does the rest (sameframe_worker/cutout_worker.py),
// and loads the segmenter that Python asks for. The default one's parts come in beside Python.
import type { PyCallable } from "pyodide/ffi";
import { vendor } from "../generated/vendor";
import { loadSegmenter, type SegmenterName } from "../segmenters/segmenter";
import { watchFetch, wireBytes } from "./fetched";
import { bootPython } from "./python";

const parts = [vendor.pyodide, vendor.worker, vendor.litert, vendor.model];
const total = parts.reduce((sum, part) => sum + part.bytes, 0);
let loaded = 0;
let pythonIsHere = false;
watchFetch((bytes) => {
  loaded += bytes;
  const step = pythonIsHere ? "scissors" : "python";
  self.postMessage({ type: "progress", step, loaded: Math.min(loaded, total), total });
});

const litert = loadSegmenter("litert", vendor);
litert.catch(() => undefined); // Python will hear of it when it asks
const python = await bootPython();
pythonIsHere = true;
const load = (name: SegmenterName) => (name === "litert" ? litert : loadSegmenter(name, vendor));
const main = python.pyimport("sameframe_worker.cutout_worker").main as PyCallable;
await main(python.pyimport("sameframe_worker.browser"), load);
self.postMessage({ type: "loaded", bytes: wireBytes() });
