/**
 * Builds the one module that the integration serves, and checks its size.
 *
 * `--check` fails where the committed file differs from what the sources build.
 */
import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { minify } from "terser";
import { templatesPlugin } from "./minify_templates.mjs";

const MAX_BYTES = 61_440;
const MAX_GZIP_BYTES = 20_480;
const BANNER =
  "/* Built from frontend/. MIT; Lit: Google LLC, BSD-3-Clause */";
const ROOT = new URL("../", import.meta.url);
const OUTPUT = new URL("../custom_components/plex_pulse/frontend/plex-pulse.js", ROOT);

const { outputFiles } = await build({
  entryPoints: [fileURLToPath(new URL("src/main.ts", ROOT))],
  bundle: true,
  write: false,
  minify: true,
  format: "esm",
  target: "es2022",
  charset: "utf8",
  // Members of our own classes and contexts; what Home Assistant or a message names has none.
  mangleProps: /^_[a-zA-Z]/,
  legalComments: "none",
  conditions: ["production"],
  plugins: [templatesPlugin],
});
const { code } = await minify(outputFiles[0].text, {
  module: true,
  ecma: 2020,
  compress: { passes: 3, unsafe_arrows: true, pure_getters: true, hoist_props: false, lhs_constants: false },
  format: { preamble: BANNER },
});
const built = Buffer.from(code + "\n");
const zipped = gzipSync(built, { level: 9 }).length;
console.log(`plex-pulse.js: ${built.length} of ${MAX_BYTES} bytes, gzip ${zipped} of ${MAX_GZIP_BYTES} bytes`);

if (!process.argv.includes("--check")) {
  await writeFile(OUTPUT, built);
}
if (built.length > MAX_BYTES || zipped > MAX_GZIP_BYTES) {
  console.error("plex-pulse.js is too large.");
  process.exit(1);
}
if (process.argv.includes("--check")) {
  const committed = await readFile(OUTPUT).catch(() => Buffer.alloc(0));
  if (!committed.equals(built)) {
    console.error("plex-pulse.js differs from its sources: run `npm run build` and commit it.");
    process.exit(1);
  }
} else {
  await writeFile(OUTPUT, built);
}
