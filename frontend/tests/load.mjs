// Builds a module of the frontend and loads it, for tests that need no browser.
import { rolldown } from "rolldown";

export async function load(path) {
  const bundle = await rolldown({ input: path, logLevel: "silent" });
  const { output } = await bundle.generate({ format: "esm" });
  return import(`data:text/javascript,${encodeURIComponent(output[0].code)}`);
}
