"""The ranking of the hours of the day: in local time, on one server or several."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from tests.integration.actions import get_response
from tests.integration.dashboard.browser import Browser, browse_with
from tests.simulator import PlexSimulator

from .conftest import imported, set_up

SUMMER_EVENING = datetime(2025, 7, 1, 19, 5, tzinfo=ZoneInfo("UTC"))
WINTER_EVENING = datetime(2025, 1, 1, 20, 55, tzinfo=ZoneInfo("UTC"))


@pytest.fixture
def evenings(simulator: PlexSimulator) -> PlexSimulator:
    """Return a server with two plays in summer, one in winter, and one without a time."""
    movie = next(view for view in simulator.sessions.history if view.item is not None)
    simulator.sessions.history[:] = [
        replace(movie, viewed_at=at)
        for at in (
            0,
            int(WINTER_EVENING.timestamp()),
            int(SUMMER_EVENING.timestamp()),
            int(SUMMER_EVENING.timestamp()) + 60,
        )
    ]
    return simulator


@pytest.fixture
async def browser(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, hass_client: ClientSessionGenerator
) -> Browser:
    """Return the browser of an administrator."""
    return await browse_with(hass, hass_ws_client, hass_client)()


@pytest.mark.parametrize(
    ("time_zone", "expected"),
    [
        # With daylight saving time, 19:05 UTC is 21:05 in summer; 20:55 is 21:55 in winter.
        ("Europe/Berlin", {"21:00\N{EN DASH}22:00": 3}),
        ("UTC", {"19:00\N{EN DASH}20:00": 2, "20:00\N{EN DASH}21:00": 1}),
        # Half an hour: 00:35 in summer and 02:25 in winter.
        ("Asia/Kolkata", {"00:00\N{EN DASH}01:00": 2, "02:00\N{EN DASH}03:00": 1}),
        ("America/Sao_Paulo", {"16:00\N{EN DASH}17:00": 2, "17:00\N{EN DASH}18:00": 1}),
        ("Asia/Dubai", {"23:00\N{EN DASH}00:00": 2, "00:00\N{EN DASH}01:00": 1}),
    ],
)
async def test_plays_are_grouped_by_the_local_hour_of_the_day(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    evenings: PlexSimulator,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    time_zone: str,
    expected: dict[str, int],
) -> None:
    await hass.config.async_set_time_zone(time_zone)
    await set_up(hass, entry)
    browser = await browse_with(hass, hass_ws_client, hass_client)()
    answer = await get_response(hass, "get_top", by="hour", period="all")
    assert [(row["name"], row["plays"]) for row in answer["top"]] == list(expected.items())
    assert {row["type"] for row in answer["top"]} == {"hour"}
    listed = await browser.call("plex_pulse/history/top", by="hour", period="all")
    assert {row["name"]: row["plays"] for row in listed["rows"]} == expected
    for row in listed["rows"]:
        assert (row["image"], row["image_shape"], row["slot"]) == (None, "square", None)


async def test_hours_of_several_servers_are_added_up(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    second_entry: MockConfigEntry,
    browser: Browser,
) -> None:
    await imported(hass)
    both = await browser.call("plex_pulse/history/top", by="hour", period="all")
    one = await browser.call(
        "plex_pulse/history/top", by="hour", period="all", servers=[loaded_entry.entry_id]
    )
    assert [(row["name"], row["plays"]) for row in both["rows"]] == [
        (row["name"], 2 * row["plays"]) for row in one["rows"]
    ]
    assert one["rows"]
