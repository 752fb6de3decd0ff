/**
 * Checks in Chromium that the cards survive the replacement of the custom-element registry.
 *
 * The module is evaluated before Home Assistant's polyfill replaces `customElements` and
 * `HTMLElement`, which is what a slow line does to modules from `add_extra_js_url`.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

const require = createRequire(import.meta.url);
const FILES = {
  "/plex-pulse.js": new URL("../../custom_components/plex_pulse/frontend/plex-pulse.js", import.meta.url),
  "/polyfill.js": require.resolve("@webcomponents/scoped-custom-element-registry"),
};
const PAGE = `<!doctype html><body><script type="module">
  await import("/plex-pulse.js");
  const before = customElements;
  // The polyfill leaves a browser alone that has scoped registries of its own.
  for (const name of ["importNode", "createElement"]) delete ShadowRoot.prototype[name];
  delete Element.prototype.customElementRegistry;
  await import("/polyfill.js");
  window.wasSwapped = customElements !== before;
  customElements.define("home-assistant", class extends HTMLElement {});
  customElements.define("ha-card", class extends HTMLElement {});
  await customElements.whenDefined("plex-pulse-top");
  const card = document.createElement("plex-pulse-streams");
  card.setConfig({ type: "custom:plex-pulse-streams" });
  const localize = (key) => key.split(".").at(-1);
  card.hass = {
    language: "en", locale: { language: "en" }, config: {}, states: {}, localize,
    loadBackendTranslation: async () => localize,
    connection: {
      addEventListener() {}, removeEventListener() {},
      subscribeMessage: async (callback) => { callback({ now: 0, servers: [] }); return () => {}; },
    },
  };
  document.body.append(card);
  await new Promise((resolve) => setTimeout(resolve, 200));
  window.shown = card.shadowRoot?.textContent ?? "";
</script>`;

const server = createServer(async (request, response) => {
  const file = FILES[request.url];
  response.writeHead(200, { "Content-Type": file ? "text/javascript" : "text/html" });
  response.end(file ? await readFile(file) : PAGE);
});
await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage();
const errors = [];
page.on("pageerror", (error) => errors.push(error.message));
await page.goto(`http://127.0.0.1:${server.address().port}/`);
await page.waitForTimeout(1000);
const { wasSwapped, shown } = await page.evaluate(() => ({ wasSwapped: window.wasSwapped, shown: window.shown }));
await browser.close();
server.close();
const isFine = wasSwapped && shown?.includes("no_server") && !errors.length;
console.log(isFine ? "The cards survive the swap." : { wasSwapped, shown, errors });
process.exit(isFine ? 0 : 1);
