// Run the worker package's tests inside Pyodide: node py_worker/tests/pyodide.mjs [pytest arguments]
//
// The test runner is the one installed for CPython: pytest and hypothesis are plain Python. Tests
// that need numpy, which the browser does not have, end in _numpy.py and are left to CPython.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { setFlagsFromString } from "node:v8";

// Of what is in Chromium since 114, and in Node since 21, the kernels need relaxed SIMD.
if (parseInt(process.versions.node) < 21) setFlagsFromString("--experimental-wasm-relaxed-simd");

const root = join(import.meta.dirname, "..", "..");
const require = createRequire(join(root, "frontend", "package.json"));
const { loadPyodide } = await import(require.resolve("pyodide").replace(/\.js$/, ".mjs"));

const where = "import pytest, os; print(os.path.dirname(os.path.dirname(pytest.__file__)))";
const site = execFileSync("python", ["-c", where], { encoding: "utf8" }).trim();

const pyodide = await loadPyodide({ env: { HOME: "/tmp" } });
for (const [path, folder] of [
  ["/site", site],
  ["/py_worker", join(root, "py_worker")],
]) {
  pyodide.FS.mkdirTree(path);
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: folder }, path);
}
const program = readFileSync(join(import.meta.dirname, "pyodide_run.py"), "utf8");
pyodide.globals.set("arguments", pyodide.toPy(process.argv.slice(2)));
try {
  process.exit(pyodide.runPython(program));
} catch (error) {
  console.error(String(error));
  process.exit(1);
}
