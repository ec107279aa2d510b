import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";

import { svelte } from "@sveltejs/vite-plugin-svelte";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

const page = (name: string) => fileURLToPath(new URL(`${name}.html`, import.meta.url));
const service = process.env["FORWARD_PROP_SERVICE"] ?? "http://127.0.0.1:8080";

const TEXTS = /\.(html|css|js|svg|json)$/;
/** What is smaller fits into one packet as it is, in bytes. */
const WORTH_BYTES = 1024;
/** A compressed file is kept where it has no more than this share of its original's size. */
const WORTH_SHARE = 0.9;
const CODINGS = [
  { ending: ".gz", code: (text: Buffer) => promisify(gzip)(text, { level: 9 }) },
  {
    ending: ".br",
    code: (text: Buffer) =>
      promisify(brotliCompress)(text, {
        params: {
          [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT,
          [constants.BROTLI_PARAM_SIZE_HINT]: text.length,
        },
      }),
  },
];

/** Put a .gz and a .br beside each text of the built pages: the service sends the one that the browser takes. */
function compressed(): Plugin {
  async function compress(path: string): Promise<void> {
    const text = await readFile(path);
    if (text.length < WORTH_BYTES) return;
    for (const { ending, code } of CODINGS) {
      const coded = await code(text);
      if (coded.length <= text.length * WORTH_SHARE) await writeFile(path + ending, coded);
    }
  }
  return {
    name: "compressed",
    apply: "build",
    async writeBundle({ dir = "dist" }) {
      const names = await readdir(dir, { recursive: true });
      await Promise.all(names.filter((name) => TEXTS.test(name)).map((name) => compress(join(dir, name))));
    },
  };
}

const PAGES = ["index", "operator", "moderate", "room", "overlay", "camera"];

export default defineConfig({
  plugins: [svelte(), compressed()],
  build: {
    target: ["chrome111", "firefox115", "safari16.4"],
    // The content security policy allows no data: fonts, so nothing is put into the style sheets.
    assetsInlineLimit: 0,
    // hls.js is one library that is loaded after the page and only where it is needed.
    chunkSizeWarningLimit: 450,
    rollupOptions: {
      input: Object.fromEntries(PAGES.map((name) => [name, page(name)])),
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
