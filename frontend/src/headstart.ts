// What a later visit's two Pythons start from, made once for both: the compiled interpreter, and the
// memory snapshot that an earlier visit left. Each worker for itself took half as long again.
import { vendor } from "./generated/vendor";

export interface Headstart {
  module: WebAssembly.Module;
  snapshot: SharedArrayBuffer;
}

export const SNAPSHOT_CACHE = "sameframe-snapshot";
// Names everything that is inside a snapshot.
export const SNAPSHOT_KEY = `/snapshot${vendor.pyodide.url}${vendor.worker.url}`;

export function foundSnapshot(): Promise<Response | undefined> {
  return caches.match(SNAPSHOT_KEY, { cacheName: SNAPSHOT_CACHE });
}

let headstart: Promise<Headstart | null> | undefined;

/** Give a new worker its head start, or the word that there is none; it waits for it. */
export async function sendHeadstart(worker: Worker): Promise<void> {
  headstart ??= prepared();
  worker.postMessage({ type: "headstart", headstart: await headstart });
}

async function prepared(): Promise<Headstart | null> {
  try {
    const found = await foundSnapshot();
    if (!found) return null;
    const [module, bytes] = await Promise.all([
      WebAssembly.compileStreaming(fetch(`${vendor.pyodide.url}pyodide.asm.wasm`)),
      found.arrayBuffer(),
    ]);
    const snapshot = new SharedArrayBuffer(bytes.byteLength);
    new Uint8Array(snapshot).set(new Uint8Array(bytes));
    return { module, snapshot };
  } catch (error) {
    console.warn("no head start", error); // storage may be forbidden: then every visit is a first one
    return null;
  }
}

/** Leave a memory snapshot of Python for the next visit, in a worker that ends by itself. */
export function leaveHeadstart(): void {
  const worker = new Worker(new URL("./workers/snapshot.ts", import.meta.url), { type: "module" });
  worker.onmessage = () => worker.terminate();
}
