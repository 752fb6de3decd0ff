"""The dashboard in other languages, widths and colors, and on a slow connection."""

from typing import Literal, Unpack

from playwright.async_api import ViewportSize, expect
import pytest

from tests.simulator.library import Kind

from .home import Home
from .observer import ContextOptions, ObservedPage, OpenPage

PHONE = ViewportSize(width=390, height=844)
DESKTOP = ViewportSize(width=1600, height=1000)
MIN_TARGET_PIXELS = 44
# 3 Mbit/s with 150 ms, as in a slow mobile network.
SLOW_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 375_000,
    "uploadThroughput": 96_000,
}


async def open_streams(open_page: OpenPage, **options: Unpack[ContextOptions]) -> ObservedPage:
    """Return a page that shows streams, in a context with these options."""
    page = await open_page(**options)
    await page.open()
    await expect(page.card.locator("ul.rows > li").first).to_be_visible()
    return page


async def test_german_browser_gets_german_texts(open_page: OpenPage) -> None:
    page = await open_streams(open_page, locale="de-DE")
    await expect(page.card).to_contain_text("endet")
    await expect(page.page.locator("ha-tab-group-tab[data-path=now]")).to_contain_text("Jetzt")
    await expect(page.card).not_to_contain_text("ends ")
    assert page.errors == []


async def test_row_is_mirrored_in_a_right_to_left_language(open_page: OpenPage) -> None:
    page = await open_streams(open_page, locale="he-IL")
    await expect(page.page.locator("html")).to_have_attribute("lang", "he")
    row = page.card.locator("ul.rows > li").first
    poster = await row.locator(".art").bounding_box()
    title = await row.locator(".name").bounding_box()
    assert poster
    assert title
    assert poster["x"] > title["x"] + title["width"] - 1
    assert page.errors == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_rows_and_stop_buttons_fit_the_width(open_page: OpenPage, size: ViewportSize) -> None:
    page = await open_streams(open_page, viewport=size)
    overflowing = await page.card.locator(".row *").evaluate_all(
        """(elements) => elements
          .map((element) => [element.outerHTML, element.getBoundingClientRect()])
          .filter(([, { left, right, width }]) => width && (left < 0 || right > innerWidth))
          .map(([html]) => html)"""
    )
    assert overflowing == []
    assert await page.page.evaluate("() => document.documentElement.scrollWidth") <= size["width"]
    # The touch target is larger than the visible button.
    button = page.card.locator("button.stop").first
    await button.scroll_into_view_if_needed()
    assert (
        await button.evaluate(
            """(element) => {
          const { left, top, width, height } = element.getBoundingClientRect();
          const center = [left + width / 2, top + height / 2];
          // The number of pixels on a line through the center at which the button is hit.
          const target = (axis) => [...Array(80).keys()].filter((index) => {
            const point = [...center];
            point[axis] += index - 39.5;
            return element.getRootNode().elementFromPoint(...point) === element;
          }).length;
          return Math.min(target(0), target(1));
        }"""
        )
        >= MIN_TARGET_PIXELS
    )
    assert page.errors == []


async def test_card_follows_a_dark_theme(open_page: OpenPage) -> None:
    colors: dict[str, list[int]] = {}
    schemes: tuple[Literal["light", "dark"], ...] = ("light", "dark")
    for scheme in schemes:
        page = await open_streams(open_page, color_scheme=scheme)
        colors[scheme] = await page.card.locator("ul.rows .name").first.evaluate(
            """(element) => {
              const card = getComputedStyle(element.closest("ha-card"));
              const lightness = (color) =>
                color.match(/\\d+/g).slice(0, 3).reduce((sum, part) => sum + Number(part), 0);
              return [lightness(card.backgroundColor), lightness(getComputedStyle(element).color)];
            }"""
        )
        assert page.errors == []
    (light_card, light_text), (dark_card, dark_text) = colors["light"], colors["dark"]
    assert light_card > 3 * 200 > 3 * 80 > light_text
    assert dark_card < 3 * 80 < 3 * 180 < dark_text


async def use_slow_line(page: ObservedPage) -> None:
    """Slow the page's network down, and keep nothing in the cache."""
    devtools = await page.page.context.new_cdp_session(page.page)
    await devtools.send("Network.enable")
    await devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    await devtools.send("Network.emulateNetworkConditions", SLOW_LINE)


async def test_card_appears_with_a_cold_cache_on_a_slow_connection(open_page: OpenPage) -> None:
    page = await open_page()
    await use_slow_line(page)
    await page.open()
    await expect(page.card.locator("ul.rows > li").first).to_be_visible(timeout=120_000)
    await expect(page.page.locator("hui-error-card")).to_have_count(0)
    assert page.errors == []


async def test_extra_module_of_yaml_resources_is_not_lost_on_a_slow_connection(
    open_home_page: OpenPage, home: Home
) -> None:
    """It is loaded beside Home Assistant's bundle, which replaces the registry of elements."""
    home.reset()
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await home.save_config("slow-line", {"strategy": {"type": "custom:plex-pulse"}})
    page = await open_home_page()
    await use_slow_line(page)
    await page.open("/slow-line")
    await expect(page.row(film.title)).to_be_visible(timeout=120_000)
    await expect(page.page.locator("hui-error-card, ha-markdown")).to_have_count(0)
    (module,) = {url for url in page.urls if "/plex_pulse/plex-pulse.js" in url}
    assert "?v=" in module
    rows = await home.client.command("lovelace/resources")
    assert rows == []
    assert page.errors == []
