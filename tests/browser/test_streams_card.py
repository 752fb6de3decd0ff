"""The streams card: streams that start, pause and end, how they are stopped, and an outage."""

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlsplit

from playwright.async_api import Locator, expect

from scripts.demo_support.demo import Demo

from .accounts import USERS, user_tokens
from .observer import ObservedPage, OpenPage

MESSAGE = "Bedtime, see you tomorrow"


async def start_stream(demo: Demo, title: str) -> str:
    """Start a stream on the server and return its session key."""
    response = await demo.simulator.control(demo.session, "sessions", {"title": title})
    return str(response["key"])


async def control_stream(demo: Demo, key: str, command: str) -> None:
    """Pause, resume or stop a stream on the server."""
    await demo.simulator.control(demo.session, f"sessions/{key}/{command}", {})


async def stop_reasons(demo: Demo) -> list[str]:
    """Return the messages of all requests that stopped a stream."""
    return [
        cast("Mapping[str, str]", request["query"])["reason"]
        for request in await demo.simulator.requests(demo.session)
        if request["path"] == "/status/sessions/terminate"
    ]


def stop_dialog(page: ObservedPage) -> Locator:
    """Return the confirmation of a stop."""
    return page.card.get_by_role("alertdialog")


async def test_stream_that_starts_pauses_and_ends_is_shown_live(
    dashboard: ObservedPage, demo: Demo
) -> None:
    row = dashboard.row("First snow")
    await expect(row).to_have_count(0)
    key = await start_stream(demo, "First snow")
    await expect(row).to_contain_text("ends ")
    await control_stream(demo, key, "pause")
    await expect(row).to_contain_text("paused")
    await control_stream(demo, key, "resume")
    await expect(row).to_contain_text("ends ")
    await expect(row).not_to_contain_text("paused")
    await control_stream(demo, key, "stop")
    await expect(row).to_have_count(0)
    assert dashboard.errors == []


async def test_stream_is_stopped_with_a_message(dashboard: ObservedPage, demo: Demo) -> None:
    await start_stream(demo, "Kite afternoon")
    row = dashboard.row("Kite afternoon")
    await row.get_by_role("button", name="Stop Kite afternoon").click()
    dialog = stop_dialog(dashboard)
    await dialog.get_by_role("textbox").fill(MESSAGE)
    await dialog.get_by_role("button", name="Stop stream").click()
    await expect(row).to_have_count(0)
    await expect(dialog).to_have_count(0)
    assert MESSAGE in await stop_reasons(demo)
    assert dashboard.errors == []


async def test_stream_is_stopped_with_the_keyboard_alone(
    dashboard: ObservedPage, demo: Demo
) -> None:
    await start_stream(demo, "Boat launch")
    row = dashboard.row("Boat launch")
    button = row.get_by_role("button", name="Stop Boat launch")
    await button.focus()
    keyboard = dashboard.page.keyboard
    dialog = stop_dialog(dashboard)

    await keyboard.press("Enter")
    # Enter must not stop a stream by mistake.
    await expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    await keyboard.press("Escape")
    await expect(dialog).to_have_count(0)
    await expect(button).to_be_focused()

    await keyboard.press("Enter")
    await keyboard.press("Shift+Tab")
    await expect(dialog.get_by_role("textbox")).to_be_focused()
    await keyboard.type("Good night")
    await keyboard.press("Tab")
    await keyboard.press("Tab")
    await expect(dialog.get_by_role("button", name="Stop stream")).to_be_focused()
    await keyboard.press("Enter")
    await expect(row).to_have_count(0)
    assert "Good night" in await stop_reasons(demo)


async def test_user_without_admin_rights_sees_no_stop_button(
    open_page: OpenPage, demo: Demo
) -> None:
    url = demo.home_assistant.url
    async with user_tokens(demo.client, demo.session, url, USERS) as tokens:
        page = await open_page()
        await page.log_in(tokens)
        await page.open()
        row = page.card.locator("ul.rows > li").first
        await expect(row.get_by_role("button", name="Details of")).to_be_attached()
        await expect(page.card.get_by_role("button", name="Stop")).to_have_count(0)
        assert not await page.page.evaluate(
            "() => document.querySelector('home-assistant').hass.user.is_admin"
        )
        assert page.errors == []


async def test_outage_of_the_server_is_shown_and_ends_without_a_reload(
    dashboard: ObservedPage, demo: Demo
) -> None:
    await dashboard.page.evaluate("() => { window.isFirstLoad = true; }")
    await demo.simulator.process.stop()
    await expect(dashboard.card).to_contain_text("Harbour is unavailable")
    await expect(dashboard.card.locator("ul.rows > li")).to_have_count(0)
    await demo.simulator.start(demo.session)
    await expect(dashboard.card.locator("ul.rows > li").first).to_be_visible()
    await expect(dashboard.card).not_to_contain_text("unavailable")
    assert await dashboard.page.evaluate("() => window.isFirstLoad")
    assert urlsplit(dashboard.page.url).path == "/plex-pulse/now"
    assert dashboard.errors == []
