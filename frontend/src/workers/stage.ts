// The stage worker's shell: boots Python, which does the rest (sameframe_worker/stage_worker.py).
import type { PyCallable } from "pyodide/ffi";
import { wireBytes } from "./fetched";
import { Loop } from "./loop";
import { bootPython } from "./python";

Object.assign(self, { openLoop: Loop.open });
const python = await bootPython();
self.postMessage({ type: "loaded", bytes: wireBytes() });
const main = python.pyimport("sameframe_worker.stage_worker").main as PyCallable;
await main(python.pyimport("sameframe_worker.browser"));
