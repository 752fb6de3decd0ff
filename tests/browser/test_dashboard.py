"""The dashboard: its views, how it is added, and the data of the server in the browser."""

import re

from playwright.async_api import ViewportSize, expect
import pytest

from scripts.demo_support.demo import Demo
from tests.simulator.library import Kind

from .accessibility import AXE, assert_accessible
from .home import Home
from .observer import ObservedPage, OpenPage
from .websocket_errors import FailingCommands

VIEWS = {
    "new": "plex-pulse-shelf li",
    "history": "hui-statistics-graph-card",
    "server": "hui-tile-card",
    "now": "plex-pulse-streams ul.rows > li",
}


@pytest.mark.browser_smoke
async def test_all_views_load_without_errors_and_foreign_requests(
    dashboard: ObservedPage,
) -> None:
    for view, content in VIEWS.items():
        await dashboard.open_view(view)
        await expect(dashboard.page.locator(content).first).to_be_visible()
        await expect(dashboard.page.locator("hui-error-card, hui-warning")).to_have_count(0)
    assert dashboard.errors == []
    assert dashboard.foreign_urls == []


async def test_dashboard_is_added_with_three_clicks(open_page: OpenPage, demo: Demo) -> None:
    page = await open_page()
    await page.open("/config/lovelace/dashboards")
    await page.page.get_by_role("button", name="Add dashboard").click()
    await page.page.locator("dashboard-card").filter(has_text="Plex Pulse").click()
    await page.page.get_by_role("button", name="Create").click()
    # The demo has one already, which a user's first dashboard does not find.
    await page.page.wait_for_function(
        "() => document.querySelector('home-assistant').hass.panels['plex-pulse-2']"
    )
    await page.open("/plex-pulse-2")
    await expect(page.card.locator("ul.rows > li").first).to_be_visible()
    await expect(page.page.locator("ha-tab-group-tab")).to_have_count(len(VIEWS))
    # Nothing of the layout is stored, so that each release changes it.
    saved = await demo.client.command("lovelace/config", url_path="plex-pulse-2")
    assert saved == {"strategy": {"type": "custom:plex-pulse"}}
    assert page.errors == []


async def test_on_deck_is_shown_once(open_home_page: OpenPage, home: Home) -> None:
    home.reset()
    await home.save_config("one-shelf", {"strategy": {"type": "custom:plex-pulse"}})
    page = await open_home_page(viewport=ViewportSize(width=1280, height=1600))
    await page.open("/one-shelf")
    await expect(page.card).to_contain_text("Nothing is playing")
    await expect(page.card.locator("plex-pulse-shelf li").first).to_be_visible()
    await expect(page.shelf.filter(visible=True)).to_have_count(1)
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await expect(page.row(film.title)).to_be_visible()
    await expect(page.card.locator("plex-pulse-shelf")).to_have_count(0)
    await expect(page.shelf.filter(visible=True)).to_have_count(1)
    await expect(page.shelf.locator("li").first).to_be_visible()
    assert page.errors == []


async def test_layout_that_cannot_be_read_is_read_again_without_a_reload(
    open_home_page: OpenPage, home: Home
) -> None:
    home.reset()
    await home.save_config("failing-layout", {"strategy": {"type": "custom:plex-pulse"}})
    commands = FailingCommands()
    commands.failing = {"plex_pulse/dashboard"}
    page = await open_home_page()
    await commands.install(page.page)
    await page.open("/failing-layout")
    # In place of the views there is the streams card, which works.
    film = home.find(Kind.MOVIE)
    session = home.server.sessions.start(film)
    row, tabs = page.row(film.title), page.page.locator("ha-tab-group-tab")
    await expect(row).to_be_visible()
    await expect(tabs).to_have_count(0)
    await page.keep()
    commands.failing.clear()
    # The retry comes with a state that changes, some seconds after the failure.
    for _ in range(100):
        home.server.sessions.pause(session)
        await expect(row).to_contain_text("paused")
        home.server.sessions.resume(session)
        await expect(row).to_contain_text("ends ")
        if await tabs.count():
            break
    await expect(tabs).to_have_count(len(VIEWS))
    await expect(row).to_be_visible()
    assert await page.is_kept()
    assert page.errors == []


async def test_lists_of_the_history_view_are_accessible(open_page: OpenPage) -> None:
    page = await open_page(viewport=ViewportSize(width=1280, height=2400))
    if AXE.exists():
        await page.page.add_init_script(path=AXE)
    await page.open("/plex-pulse/history")
    for number in range(4):
        # The history of three years is imported in the background.
        await expect(page.top.nth(number).locator("ol > li").first).to_be_visible(timeout=200_000)
        await assert_accessible(page.top.nth(number))
    assert page.errors == []


async def test_urls_and_dom_have_no_token_and_no_server_address(
    dashboard: ObservedPage, demo: Demo
) -> None:
    server = demo.simulator
    secrets = (
        server.token,
        "account-token",
        f"127.0.0.1:{server.port}",
        f"127.0.0.1:{server.plex_tv_port}",
        "X-Plex-Token",
    )
    for view, content in VIEWS.items():
        await dashboard.open_view(view)
        await expect(dashboard.page.locator(content).first).to_be_visible()
        dom = await dashboard.read_dom()
        assert "plex-pulse" in dom
        assert [secret for secret in secrets if secret in dom] == []
    assert dashboard.images
    # Opaque ids only: no path of the Plex server.
    assert [url for url in dashboard.images if re.search(r"library|metadata|thumb|%2F", url)] == []
    assert [url for url in dashboard.urls if any(secret in url for secret in secrets)] == []
