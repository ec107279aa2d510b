import { fileURLToPath } from "node:url";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));
const service = process.env["FORWARD_PROP_SERVICE"] ?? "http://127.0.0.1:8080";

export default defineConfig({
  plugins: [svelte()],
  build: {
    target: ["chrome111", "firefox115", "safari16.4"],
    // The content security policy allows no data: fonts, so nothing is put into the style sheets.
    assetsInlineLimit: 0,
    // hls.js is one library that is loaded after the page and only where it is needed.
    chunkSizeWarningLimit: 450,
    rollupOptions: {
      input: Object.fromEntries(["index", "operator", "moderate", "room", "camera"].map((name) => [name, page(name)])),
    },
  },
  server: {
    proxy: {
      "/api": { target: service, ws: true },
      "/whip": service,
      "/hls": service,
      "/qr.svg": service,
      "/enter": service,
    },
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
});
