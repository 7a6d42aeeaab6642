// The gallery of states as a page of its own, for the tests; no part of the product.
// SAMEFRAME_GALLERY is the folder to build into.
import { defineConfig } from "vite";

export default defineConfig({
  build: {
    outDir: process.env.SAMEFRAME_GALLERY,
    emptyOutDir: true,
    target: "chrome120",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: "gallery.html" },
  },
  oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
});
