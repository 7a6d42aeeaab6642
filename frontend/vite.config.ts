import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

const project = readFileSync("../pyproject.toml", "utf8");
const version = /^version = "(.+)"$/m.exec(project)?.[1];

export default defineConfig({
  base: "/",
  define: { __VERSION__: JSON.stringify(version) },
  build: {
    outDir: "../static",
    emptyOutDir: false, // vendor/, backgrounds/ and people/ are laid out by other steps
    target: "chrome120",
    assetsInlineLimit: 0, // the CSP lets no data: URL in but images
    sourcemap: true,
    manifest: "built.json", // the server's own pages find their style and script by it (assets.py)
    rolldownOptions: { input: ["index.html", "remote.html", "src/ui/album/album.ts"] },
    modulePreload: { polyfill: false },
  },
  worker: { format: "es" },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
