// Compress what the server may send compressed, beside the original: node compress.mjs DIR
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

const WORTH = /\.(html|js|mjs|css|svg|json|wasm|zip|so|tflite|txt|webmanifest)$/;
const SMALL = 1_000; // below, headers weigh more than what is saved

const br = promisify(brotliCompress);
const gz = promisify(gzip);

async function compress(path) {
  const { mtimeMs, size } = statSync(path);
  const made = statSync(`${path}.br`, { throwIfNoEntry: false });
  if (size < SMALL || (made && made.mtimeMs >= mtimeMs)) return;
  const content = readFileSync(path);
  const params = {
    [constants.BROTLI_PARAM_QUALITY]: 9, // 11: 10 % smaller, ten times slower
    [constants.BROTLI_PARAM_LGWIN]: 24,
    [constants.BROTLI_PARAM_SIZE_HINT]: size,
  };
  const [brotli, gzipped] = await Promise.all([br(content, { params }), gz(content, { level: 9 })]);
  writeFileSync(`${path}.br`, brotli);
  writeFileSync(`${path}.gz`, gzipped);
}

const files = readdirSync(process.argv[2], { recursive: true })
  .map((name) => join(process.argv[2], name))
  .filter((path) => WORTH.test(path) && statSync(path).isFile());
await Promise.all(files.map(compress));
