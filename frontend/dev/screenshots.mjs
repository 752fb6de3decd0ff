/**
 * Takes pictures of all scenes into dev/shots and runs axe-core on each.
 *
 * Needs Chromium (Debian: `apt-get install chromium`); its path can be given in `CHROMIUM`.
 */
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { serve } from "./serve.mjs";

const axe = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const ONLY = process.argv[2];
const DESKTOP = { width: 1400, height: 900 };
const PHONE = { width: 400, height: 860 };
const SHOTS = [
  ...["light", "dark"].flatMap((theme) => [
    [`streams_wide_${theme}`, DESKTOP, { scene: "wide", theme }],
    [`streams_states_${theme}`, DESKTOP, { scene: "states", theme }],
    [`streams_phone_${theme}`, PHONE, { scene: "phone", theme }],
    [`shelf_desktop_${theme}`, DESKTOP, { scene: "shelf", theme }],
    [`shelf_phone_${theme}`, PHONE, { scene: "shelf", theme }],
    [`top_${theme}`, DESKTOP, { scene: "top", theme }],
    [`dialog_details_${theme}`, DESKTOP, { scene: "details", theme }],
    [`dialog_stop_${theme}`, DESKTOP, { scene: "stop", theme }],
    [`dialog_item_${theme}`, DESKTOP, { scene: "item", theme }],
    [`dialog_details_phone_${theme}`, PHONE, { scene: "details", theme }],
    [`dialog_stop_phone_${theme}`, PHONE, { scene: "stop", theme }],
    [`dialog_item_phone_${theme}`, PHONE, { scene: "item", theme }],
  ]),
  ["rtl", PHONE, { scene: "rtl", dir: "rtl", language: "he" }],
  ["stress", PHONE, { scene: "stress", language: "de" }],
  ["stress_large", PHONE, { scene: "stress", theme: "large", language: "de" }],
  ["streams_foreign", DESKTOP, { scene: "states", theme: "foreign" }],
  ["focus", DESKTOP, { scene: "focus" }],
];

const server = await serve();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
let problems = 0;
for (const [name, viewport, query] of SHOTS) {
  if (ONLY && !name.includes(ONLY)) {
    continue;
  }
  const page = await browser.newPage({ viewport, hasTouch: viewport === PHONE });
  const report = (text) => {
    problems += 1;
    console.error(`${name}: ${text}`);
  };
  page.on("console", (message) => message.type() === "error" && report(message.text()));
  page.on("pageerror", (error) => report(error.message));
  await page.goto(`${server.url}?${new URLSearchParams(query)}`);
  await page.waitForTimeout(700);
  // Pictures are loaded when they come near to the screen.
  await page.evaluate(async () => {
    for (let top = 0; top < document.body.scrollHeight; top += 600) {
      scrollTo(0, top);
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    scrollTo(0, 0);
  });
  await page.waitForTimeout(300);
  await page.screenshot({
    path: new URL(`shots/${name}.png`, import.meta.url).pathname,
    fullPage: true,
  });
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() =>
    globalThis.axe.run(document, {
      // Rules for whole pages, which a card is not.
      rules: { region: { enabled: false }, "page-has-heading-one": { enabled: false } },
    }),
  );
  for (const { id, help, nodes } of violations) {
    report(`axe ${id}: ${help} (${nodes.length})\n  ${nodes.slice(0, 3).map(({ html, failureSummary }) => `${html.slice(0, 160)} | ${failureSummary.replace(/\s+/g, " ").slice(0, 200)}`).join("\n  ")}`);
  }
  await page.close();
}
await browser.close();
server.close();
console.log(`${problems} problems`);
process.exit(problems ? 1 : 0);
