// MediaPipe's selfie model on LiteRT.js, one thread: on few cores more threads cost more than they
// give (0.36 against 0.43 CPU seconds per second).
import { loadAndCompile, loadLiteRt, Tensor } from "@litertjs/core";
import type { Segmenter, SegmenterFiles } from "./segmenter";

const SIZE = 256;

declare const self: DedicatedWorkerGlobalScope & {
  Module?: { locateFile(file: string): string };
  importScripts(...urls: string[]): void;
};

export async function loadLitert(files: SegmenterFiles): Promise<Segmenter> {
  const loader = `${files.litert.url}litert_wasm_internal.js`;
  await import(/* @vite-ignore */ loader);
  // LiteRT would load the same script by importScripts, which throws in module workers. Whoever
  // else calls it (Pyodide, to tell what kind of worker it is in) must still see it throw.
  self.importScripts = (...urls) => {
    if (!urls.every((url) => url === loader)) throw new TypeError("this is a module worker");
  };
  self.Module = { locateFile: (file) => files.litert.url + file };
  const { liteRtWasm } = await loadLiteRt(loader);
  const model = await loadAndCompile(`${files.model.url}selfie_segmentation.tflite`, {
    accelerator: "wasm",
  });
  // One tensor for every frame: what is copied into it is all that a call needs.
  const input = new Tensor(new Float32Array(SIZE * SIZE * 3), [1, SIZE, SIZE, 3]);
  const { READ, WRITE } = liteRtWasm.LiteRtTensorBufferLockMode;

  return {
    name: "litert",
    size: SIZE,
    async run(picture, mask) {
      const into = input.liteRtTensorBuffer;
      floats(into.lock(WRITE), picture.length).set(picture);
      into.unlock();
      const [output] = await model.run([input]);
      if (!output) throw new Error("the model gave nothing");
      try {
        const from = output.liteRtTensorBuffer;
        mask.set(floats(from.lock(READ), mask.length));
        from.unlock();
      } finally {
        output.delete();
      }
    },
    close() {
      input.delete();
      model.delete();
    },
  };

  // Taken anew each time: the runtime's memory may have grown.
  function floats(address: number, length: number): Float32Array {
    return new Float32Array(liteRtWasm.HEAPU8.buffer, address, length);
  }
}
