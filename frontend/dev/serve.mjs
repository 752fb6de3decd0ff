/** Serves the mock page on 127.0.0.1 with the built module; `npm run dev` keeps it running. */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { build } from "esbuild";

const DEV = new URL("./", import.meta.url);
const MODULE = new URL("../../custom_components/plex_pulse/frontend/plex-pulse.js", import.meta.url);
const TYPES = { html: "text/html", css: "text/css", js: "text/javascript" };

/** Return the address of the page. */
export async function serve(port = 0, module = MODULE) {
  const { outputFiles } = await build({
    entryPoints: [new URL("harness.ts", DEV).pathname],
    bundle: true,
    write: false,
    format: "esm",
    target: "es2022",
  });
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname.slice(1) || "index.html";
    try {
      const body =
        path === "harness.js"
          ? outputFiles[0].contents
          : await readFile(path === "plex-pulse.js" ? module : new URL(path, DEV));
      const type = TYPES[path.split(".").at(-1)] ?? "application/octet-stream";
      response.writeHead(200, { "Content-Type": `${type}; charset=utf-8` }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  console.log((await serve(8130)).url);
}
