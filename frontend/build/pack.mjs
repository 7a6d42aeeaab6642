// Make the two Python archives that the workers load: node pack.mjs WORKER_SOURCE OUT_DIR
//
// stdlib.zip: the standard library's modules that our workers import and no others, compiled
// (9.6 MB of source -> about 1.5 MB of bytecode; importing needs no compiler at start-up).
// worker.zip: our own package, compiled. Both uncompressed inside, as HTTP compresses them better.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadPyodide } from "pyodide";

const [source, out] = process.argv.slice(2);
const pyodide = await loadPyodide();
pyodide.FS.mkdirTree("/source/sameframe_worker");
pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: source }, "/source/sameframe_worker");
const program = readFileSync(join(import.meta.dirname, "pack.py"), "utf8");
const { stdlib, worker } = pyodide.runPython(program).toJs({
  dict_converter: Object.fromEntries,
});
writeFileSync(join(out, "stdlib.zip"), stdlib);
writeFileSync(join(out, "worker.zip"), worker);
