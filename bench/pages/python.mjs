// Boots Python with the product's package, as its own workers do, but plainly: no snapshot.
export const where = Object.fromEntries(new URL(self.location).searchParams);

// What the page says before Python listens waits here; `browser.on_message` takes it.
const early = [];
self.onmessage = (event) => early.push(event);
self.takeEarlyMessages = () => early.splice(0);

export async function boot() {
  const { loadPyodide } = await import(`${where.pyodide}pyodide.mjs`);
  const python = await loadPyodide({ indexURL: where.pyodide, convertNullToNone: true });
  const bytes = async (url) => new Uint8Array(await (await fetch(url)).arrayBuffer());
  python.FS.writeFile("/worker.zip", await bytes(`${where.worker}worker.zip`));
  python.FS.writeFile("/kernels.wasm.so", await bytes(`${where.worker}kernels.wasm.so`));
  python.runPython('import sys; sys.path.insert(0, "/worker.zip")');
  return python;
}

export const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];
