"""The module as a Lovelace resource: its row, and which pages load it."""

from collections.abc import AsyncIterator
from typing import Any

from playwright.async_api import Browser, expect
import pytest
import pytest_asyncio
import pytest_socket

from tests.simulator import PlexSimulator

from .conftest import page_opener
from .home import TOKEN, Home
from .observer import OpenPage

MODULE = "/plex_pulse/plex-pulse.js"
OLD = f"{MODULE}?v=0.0.1-00000000"
# Loaded as well; a data URL needs no server.
OTHERS = [
    {"type": "module", "url": "data:text/javascript,export{}//plex_pulse/plex-pulse.js"},
    {"type": "css", "url": "data:text/css,body{}"},
]
STRATEGY = {"strategy": {"type": "custom:plex-pulse"}}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def home(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Home]:
    """Return a Home Assistant that stores its resources."""
    pytest_socket.enable_socket()
    async with Home(tmp_path_factory.mktemp("stored"), more_configuration="") as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def open_stored_page(browser: Browser, home: Home) -> AsyncIterator[OpenPage]:
    """Return a function that opens a page of this Home Assistant in a new context."""
    async for function in page_opener(browser, home.url):
        yield function


async def resources(home: Home) -> list[dict[str, str]]:
    """Return type and URL of all resources."""
    rows: Any = await home.client.command("lovelace/resources")
    return [{"type": row["type"], "url": row["url"]} for row in rows]


async def own_row(home: Home) -> dict[str, Any]:
    """Return the row of the module, of which there is one."""
    rows: Any = await home.client.command("lovelace/resources")
    (own,) = [row for row in rows if row["url"].startswith(MODULE)]
    return dict(own)


async def requested_modules(open_stored_page: OpenPage, home: Home) -> list[str]:
    """Return the addresses from which a new page loads the module."""
    page = await open_stored_page()
    await page.open("/plex-of-all/now")
    await expect(page.page.locator("hui-root")).to_be_visible()
    # Home Assistant has read its resources when it knows whether the strategy exists.
    await expect(
        page.page.locator("plex-pulse-streams, hui-error-card, ha-markdown")
    ).not_to_have_count(0)
    return [
        url.removeprefix(home.url) for url in page.urls if url.startswith(f"{home.url}{MODULE}")
    ]


async def test_row_is_updated_and_removed_with_the_last_entry(
    open_stored_page: OpenPage, home: Home
) -> None:
    for other in OTHERS:
        await home.client.command(
            "lovelace/resources/create", res_type=other["type"], url=other["url"]
        )
    await home.save_config("plex-of-all", STRATEGY)
    own = await own_row(home)
    assert await requested_modules(open_stored_page, home) == [own["url"]]

    # Another version, as before an update.
    await home.client.command(
        "lovelace/resources/update", resource_id=own["id"], res_type="module", url=OLD
    )
    await home.client.post(f"/api/config/config_entries/entry/{home.entry_id}/reload", {})
    assert await own_row(home) == own
    assert await requested_modules(open_stored_page, home) == [own["url"]]

    lighthouse = PlexSimulator(TOKEN, friendly_name="Lighthouse", machine_identifier="7b1e4860" * 5)
    async with lighthouse:
        other_id = await home.add_server(lighthouse)
        await home.remove_server(home.entry_id)
        assert await own_row(home) == own
        assert await requested_modules(open_stored_page, home) == [own["url"]]

        await home.remove_server(other_id)
        assert await resources(home) == OTHERS
        assert await requested_modules(open_stored_page, home) == []

        # It is back with the next entry.
        home.entry_id = await home.add_server(home.server)
        assert [*OTHERS, {"type": "module", "url": own["url"]}] == await resources(home)
        assert await requested_modules(open_stored_page, home) == [own["url"]]
