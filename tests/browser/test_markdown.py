"""Home Assistant's own rendering of Markdown, with names that contain Markdown."""

from playwright.async_api import Route, expect

from custom_components.plex_pulse.flow.markdown import escape_markdown, markdown_list
from scripts.demo_support.demo import Demo
from tests.markdown import ATTACKS

from .observer import OpenPage

_SHOW_NOTIFICATIONS = """() => {
  const main = document.querySelector("home-assistant").shadowRoot
    .querySelector("home-assistant-main");
  main.dispatchEvent(new CustomEvent("hass-show-notifications", {bubbles: true, composed: true}));
}"""
_MARKED = "This one is Markdown"


async def test_escaped_names_load_nothing_and_have_no_links(
    open_page: OpenPage, demo: Demo
) -> None:
    """The unescaped name at the end shows that the page would load the image otherwise."""
    requested: list[str] = []

    async def refuse(route: Route) -> None:
        requested.append(route.request.url)
        await route.abort()

    page = await open_page()
    await page.page.route("**/*evil.example/**", refuse)
    names = [*map(escape_markdown, ATTACKS), markdown_list("\n".join(ATTACKS))]
    await demo.client.call(
        "persistent_notification.create", message="\n\n".join(names), notification_id="names"
    )
    await page.open()
    await expect(page.page.locator("hui-root")).to_be_visible()
    await page.page.evaluate(_SHOW_NOTIFICATIONS)
    shown = page.page.locator("persistent-notification-item ha-markdown-element")
    for name in ("![x](http://evil.example/a.png)", "https://evil.example", "# heading"):
        await expect(shown.filter(has_text=name)).to_have_count(1)
    assert await shown.locator("a, img, code, h1, blockquote, table, ol").count() == 0
    assert requested == []

    await demo.client.call(
        "persistent_notification.create", message=f"{_MARKED} {ATTACKS[0]}", notification_id="raw"
    )
    await expect(shown.filter(has_text=_MARKED)).to_be_visible()
    await expect(shown.locator("img")).to_have_count(1)
    assert requested == ["http://evil.example/a.png"]
    for notification in ("names", "raw"):
        await demo.client.call("persistent_notification.dismiss", notification_id=notification)
