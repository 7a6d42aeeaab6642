// The same model on MediaPipe Tasks, for browsers in which LiteRT.js does not start. Version 0.10.35
// is the last without telemetry.
import { ImageSegmenter } from "@mediapipe/tasks-vision";
import type { Segmenter, SegmenterFiles } from "./segmenter";

const SIZE = 256;

export async function loadTasks(files: SegmenterFiles): Promise<Segmenter> {
  const segmenter = await ImageSegmenter.createFromOptions(
    {
      wasmLoaderPath: `${files.tasks.url}vision_wasm_module_internal.js`,
      wasmBinaryPath: `${files.tasks.url}vision_wasm_module_internal.wasm`,
    },
    {
      baseOptions: { modelAssetPath: `${files.tasks.url}selfie_segmentation.tflite`, delegate: "CPU" },
      runningMode: "VIDEO",
      outputConfidenceMasks: true,
      outputCategoryMask: false,
    },
  );
  const image = new ImageData(SIZE, SIZE);
  let time = 0; // the runtime wants rising milliseconds; they mean nothing for one picture's mask

  return {
    name: "tasks",
    size: SIZE,
    async run(picture, mask) {
      const pixels = image.data;
      for (let from = 0, to = 0; to < pixels.length; from += 3, to += 4) {
        pixels[to] = picture[from]! * 255;
        pixels[to + 1] = picture[from + 1]! * 255;
        pixels[to + 2] = picture[from + 2]! * 255;
        pixels[to + 3] = 255;
      }
      const result = segmenter.segmentForVideo(image, (time += 33));
      try {
        const found = result.confidenceMasks?.[0];
        if (!found) throw new Error("the model gave nothing");
        mask.set(found.getAsFloat32Array());
      } finally {
        result.close();
      }
    },
    close() {
      segmenter.close();
    },
  };
}
