"""Latency and first paint of the streams card in Chromium, with the demo's Home Assistant."""

from pathlib import Path
from statistics import median, quantiles
import tempfile
from time import time
from typing import Final

from playwright.async_api import Browser, BrowserContext, Page

from scripts.common.chromium import find_chromium, run_chromium
from scripts.demo_support.demo import Demo

from .figures import Figure

TITLE: Final = "First snow"
PATH: Final = "/plex-pulse/now"
ROWS: Final = "plex-pulse-streams ul.rows > li"
TIMEOUT_MILLISECONDS: Final = 60_000
PAINT_ROUNDS: Final = 10
LATENCY_ROUNDS: Final = 50
WARM_UP_ROUNDS: Final = 1
"""Rounds that are not counted: the page still loads what is below the card."""
# 3 Mbit/s with 150 ms, the line on which unguarded modules lose their card.
SLOW_LINE: Final = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 375_000,
    "uploadThroughput": 96_000,
}
# Resolves to the Unix time in milliseconds after the frame in which the row's state is painted.
_WAIT_FOR_STATE: Final = """([title, isPaused]) => {
  const find = (root) => root.querySelector("plex-pulse-streams") ??
    [...root.querySelectorAll("*")].reduce(
      (found, element) => found ?? (element.shadowRoot && find(element.shadowRoot)), null);
  const card = (window.card ??= find(document));
  const isShown = () => [...card.shadowRoot.querySelectorAll("ul.rows > li")].some(
    (row) => row.textContent.includes(title) && isPaused === row.textContent.includes("paused"));
  window.painted = new Promise((resolve) => {
    const finish = () => requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => resolve(performance.timeOrigin + performance.now());
      port2.postMessage(null);
    });
    new MutationObserver((_, observer) => isShown() && (observer.disconnect(), finish()))
      .observe(card.shadowRoot, { subtree: true, childList: true, characterData: true });
  });
}"""
# Records when the view element and the card are created and when the card's content is painted.
_RECORD_PAINT: Final = """
  window.paint = {};
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (options) {
    const root = attach.call(this, options);
    if (this.localName === "hui-sections-view") paint.view ??= performance.now();
    if (this.localName === "plex-pulse-streams") {
      const look = () => {
        for (const [name, selector] of [["card", "ha-card *"], ["rows", "ul.rows button"]])
          if (!(name in paint) && root.querySelector(selector)) {
            paint[name] = null;
            requestAnimationFrame(() => setTimeout(() => (paint[name] = performance.now())));
          }
      };
      new MutationObserver(look).observe(root, { subtree: true, childList: true });
    }
    return root;
  };
"""


async def measure_card(*, rounds: int) -> dict[str, Figure]:
    """Return the card's latency and first paint in milliseconds.

    Raises: RuntimeError without a Chromium.
    """
    executable = find_chromium()
    if executable is None:
        msg = "Chromium is not installed"
        raise RuntimeError(msg)
    with tempfile.TemporaryDirectory() as folder:
        async with Demo(Path(folder)) as demo, run_chromium(executable) as browser:
            await demo.set_up()
            return {
                "card_latency_ms": await _measure_latency(
                    browser, demo, LATENCY_ROUNDS if rounds > 1 else rounds
                ),
                "card_first_paint_ms": {
                    **await _measure_warm_paint(browser, demo, min(rounds, PAINT_ROUNDS)),
                    **await _measure_cold_paint(browser, demo),
                },
            }


async def _open_context(browser: Browser) -> BrowserContext:
    context = await browser.new_context(
        locale="en-US", viewport={"width": 1280, "height": 900}, service_workers="block"
    )
    context.set_default_timeout(TIMEOUT_MILLISECONDS)
    return context


async def _measure_latency(browser: Browser, demo: Demo, rounds: int) -> dict[str, float]:
    """Pause and resume a stream; the time starts before the server is instructed to report it."""
    page = await (await _open_context(browser)).new_page()
    await page.goto(f"{demo.home_assistant.url}{PATH}")
    started = await demo.simulator.control(demo.session, "sessions", {"title": TITLE})
    await page.locator(ROWS).filter(has_text=TITLE).wait_for()
    values = []
    for index in range(2 * (WARM_UP_ROUNDS + rounds)):
        is_paused = index % 2 == 0
        await page.evaluate(_WAIT_FOR_STATE, [TITLE, is_paused])
        began = time() * 1000
        command = "pause" if is_paused else "resume"
        await demo.simulator.control(demo.session, f"sessions/{started['key']}/{command}", {})
        painted: float = await page.evaluate("() => window.painted")
        values.append(painted - began)
    del values[: 2 * WARM_UP_ROUNDS]
    await demo.simulator.control(demo.session, f"sessions/{started['key']}/stop", {})
    await page.context.close()
    return {"median": median(values), "p95": quantiles(values, n=20)[-1], "max": max(values)}


async def _measure_warm_paint(browser: Browser, demo: Demo, rounds: int) -> dict[str, float]:
    """Load the page several times with everything in the browser's cache."""
    context = await _open_context(browser)
    page = await context.new_page()
    await page.add_init_script(_RECORD_PAINT)
    paints = [await _load(page, demo) for _ in range(rounds + 1)][1:]
    await context.close()
    return {
        "warm_card": median(paint["card"] - paint["view"] for paint in paints),
        "warm_rows": median(paint["rows"] - paint["view"] for paint in paints),
        "warm_rows_max": max(paint["rows"] - paint["view"] for paint in paints),
    }


async def _measure_cold_paint(browser: Browser, demo: Demo) -> dict[str, float]:
    """Load the page without a cache over a slow line, from the navigation to the rows."""
    context = await _open_context(browser)
    page = await context.new_page()
    # The login redirects; it is not part of the figure.
    await _load(page, demo)
    await page.add_init_script(_RECORD_PAINT)
    devtools = await context.new_cdp_session(page)
    await devtools.send("Network.enable")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await devtools.send("Network.emulateNetworkConditions", SLOW_LINE)
    paint = await _load(page, demo)
    await context.close()
    return {
        "cold_3_mbit_after_view": paint["rows"] - paint["view"],
        "cold_3_mbit_after_navigation": paint["rows"],
    }


async def _load(page: Page, demo: Demo) -> dict[str, float]:
    """Load the dashboard and return the recorded times, none without the init script."""
    await page.goto(f"{demo.home_assistant.url}{PATH}")
    await page.locator(ROWS).first.wait_for()
    await page.wait_for_function("() => !window.paint || (paint.rows && paint.card)")
    paint: dict[str, float] | None = await page.evaluate("() => window.paint")
    return paint or {}
