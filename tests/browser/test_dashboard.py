"""The dashboard: its views, how it is added, and the data of the server in the browser."""

import re

from playwright.async_api import expect
import pytest

from scripts.demo_support.demo import Demo

from .observer import ObservedPage, OpenPage

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
    images = [url for url in dashboard.urls if "/api/plex_pulse/image/" in url]
    assert images
    # Opaque ids only: no path of the Plex server.
    assert [url for url in images if re.search(r"library|metadata|thumb|%2F", url)] == []
    assert [url for url in dashboard.urls if any(secret in url for secret in secrets)] == []
