import { gzipSync } from "node:zlib";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";

// The server sends the compressed form where it lies beside the file.
const compress = {
  name: "compress",
  closeBundle() {
    for (const folder of ["dist", "dist/assets"])
      for (const name of readdirSync(folder))
        if (/\.(js|css|html|svg)$/.test(name)) writeFileSync(join(folder, `${name}.gz`), gzipSync(readFileSync(join(folder, name)), { level: 9 }));
  },
};

export default defineConfig({
  plugins: [preact(), compress],
  build: { target: "es2022", modulePreload: { polyfill: false }, chunkSizeWarningLimit: 1200 },
  server: { proxy: { "/api": "http://localhost:8080" } },
});
