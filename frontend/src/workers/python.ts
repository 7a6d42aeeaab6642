// Boot Python in a worker: plainly on a first visit (the archives hold bytecode, so nothing is
// compiled), from a memory snapshot in the origin's cache later (0.3 s instead of 1 s).
import type { PyodideAPI } from "pyodide";
import { vendor } from "../generated/vendor";
import { foundSnapshot, type Headstart, SNAPSHOT_CACHE, SNAPSHOT_KEY } from "../headstart";
import { encodeWebp } from "./encoding";

const ENTRIES = "sameframe_worker.cutout_worker, sameframe_worker.stage_worker";

type Load = typeof import("pyodide").loadPyodide;
type Python = PyodideAPI & { makeMemorySnapshot(): Uint8Array };
interface SnapshotOptions {
  _makeSnapshot?: true;
  _loadSnapshot?: Uint8Array;
}

/** Start Python with our package and kernels in it. */
export async function bootPython(): Promise<PyodideAPI> {
  Object.assign(self, { encodeWebp });
  const headstart = await keepEarlyMessages();
  if (headstart) {
    try {
      giveModule(headstart.module);
      // A copy of its own, 10 ms: what is in shared memory can't be decoded as text.
      return await start({ _loadSnapshot: new Uint8Array(headstart.snapshot).slice() });
    } catch (error) {
      console.warn("snapshot refused, starting afresh", error);
      await caches.delete(SNAPSHOT_CACHE);
    }
  }
  const python = await start({});
  importEntries(python);
  return python;
}

/** Leave a snapshot for the next visit, unless there is one. What made it can't be used further. */
export async function leaveSnapshot(): Promise<void> {
  if (await foundSnapshot()) return;
  const python = await start({ _makeSnapshot: true });
  importEntries(python);
  const snapshot = python.makeMemorySnapshot() as Uint8Array<ArrayBuffer>;
  await caches.delete(SNAPSHOT_CACHE); // an older version's
  const cache = await caches.open(SNAPSHOT_CACHE);
  await cache.put(SNAPSHOT_KEY, new Response(snapshot));
}

async function start(extra: SnapshotOptions): Promise<Python> {
  const base = vendor.pyodide.url;
  const [{ loadPyodide }, archive, kernels] = await Promise.all([
    import(/* @vite-ignore */ `${base}pyodide.mjs`) as Promise<{ loadPyodide: Load }>,
    bytes(`${vendor.worker.url}worker.zip`),
    bytes(`${vendor.worker.url}kernels.wasm.so`),
  ]);
  const python = await loadPyodide({ indexURL: base, convertNullToNone: true, ...extra });
  python.FS.writeFile("/worker.zip", archive);
  python.FS.writeFile("/kernels.wasm.so", kernels);
  return python as Python;
}

function importEntries(python: PyodideAPI): void {
  python.runPython(`import sys; sys.path.insert(0, "/worker.zip"); import ${ENTRIES}`);
}

/** Messages that arrive before Python listens wait here; Python takes them. Returns the page's first. */
function keepEarlyMessages(): Promise<Headstart | null> {
  const early: MessageEvent[] = [];
  Object.assign(self, { takeEarlyMessages: () => early.splice(0) });
  return new Promise((resolve) => {
    self.onmessage = (event) => {
      if (event.data.type === "headstart") resolve(event.data.headstart);
      else early.push(event);
    };
  });
}

/** Let Pyodide find its interpreter compiled already, instead of fetching and compiling it. */
function giveModule(module: WebAssembly.Module): void {
  const { fetch } = self;
  const { instantiateStreaming } = WebAssembly;
  const stub = new Response();
  self.fetch = async (what, init) =>
    String(what).endsWith("/pyodide.asm.wasm") ? stub : fetch(what, init);
  WebAssembly.instantiateStreaming = async (source, imports) =>
    (await source) === stub
      ? { module, instance: await WebAssembly.instantiate(module, imports) }
      : instantiateStreaming(source, imports);
}

async function bytes(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
