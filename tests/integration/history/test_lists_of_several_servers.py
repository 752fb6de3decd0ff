"""The lists of the History view with several servers: equal titles are one row."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from tests.integration.dashboard.browser import Browser, browse_with
from tests.simulator import PlexSimulator

from .conftest import imported


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    second_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> Browser:
    """Return the browser of an administrator; both servers have the same history."""
    await imported(hass)
    return await browse_with(hass, hass_ws_client, hass_client)()


async def test_plays_of_equal_titles_are_added_up(
    loaded_entry: MockConfigEntry, second_entry: MockConfigEntry, browser: Browser
) -> None:
    fields = {"by": "title", "period": "all", "limit": 50}
    both = (await browser.call("plex_pulse/history/top", **fields))["rows"]
    one = (await browser.call("plex_pulse/history/top", servers=[second_entry.entry_id], **fields))[
        "rows"
    ]
    assert {row["name"]: row["plays"] for row in both} == {
        row["name"]: 2 * row["plays"] for row in one
    }
    durations = {row["name"]: row["duration"] for row in one}
    for row in both:
        duration = durations[row["name"]]
        assert row["duration"] == (None if duration is None else 2 * duration)
        # A user of one server is another one than that of the other server.
        assert row["viewers"] == 2 * next(
            each["viewers"] for each in one if each["name"] == row["name"]
        )


async def test_libraries_of_two_servers_are_two_rows(
    loaded_entry: MockConfigEntry,
    second_entry: MockConfigEntry,
    browser: Browser,
    simulator: PlexSimulator,
) -> None:
    top = await browser.call("plex_pulse/history/top", by="library", period="all", limit=50)
    entries = [row["entry_id"] for row in top["rows"] if row["name"] == "Movies"]
    assert sorted(entries) == sorted([loaded_entry.entry_id, second_entry.entry_id])
