// The model behind one small interface; Python calls `run` exactly once per own frame.

/** The runtimes there are; `litert` is the fastest on a CPU. */
export type SegmenterName = "litert" | "tasks";

export interface Segmenter {
  readonly name: SegmenterName;
  /** Side of the square that goes in and comes out. */
  readonly size: number;
  /**
   * Find the person. `picture`: size × size × RGB, 0..1; `mask`: size × size, 0..1 is written.
   * Both are views of Python's memory and are not kept.
   */
  run(picture: Float32Array, mask: Float32Array): Promise<void>;
  close(): void;
}

/** Where the files that a runtime fetches are; every URL is a folder's and ends with a slash. */
export interface SegmenterFiles {
  /** litert_wasm_internal.wasm and .js, to which `;self.ModuleFactory=ModuleFactory;` is appended. */
  litert: { url: string };
  /** vision_wasm_module_internal.js and .wasm. */
  tasks: { url: string };
  /** selfie_segmentation.tflite (npm @mediapipe/selfie_segmentation). */
  model: { url: string };
}

/** Load a runtime and the model; rejects where this browser can't run it. Loads beside Pyodide. */
export async function loadSegmenter(
  name: SegmenterName,
  files: SegmenterFiles,
): Promise<Segmenter> {
  if (name === "litert") return (await import("./litert")).loadLitert(files);
  return (await import("./tasks")).loadTasks(files);
}
