"""Whoever wants to know is told when a server has much to do."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from tests.fixtures.home_assistant import Advance
from tests.integration.support import reading
from tests.markdown import unescape_markdown
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, LIVING_ROOM, PHONE

from .conftest import Automate

pytestmark = pytest.mark.smoke

STREAMS = "sensor.harbour_active_streams"
TRANSCODES = "sensor.harbour_transcodes"
BANDWIDTH = "sensor.harbour_bandwidth"
MINUTE = 60

type Told = list[tuple[str, list[str]]]


def told(notifications: list[ServiceCall]) -> Told:
    """Return titles, and messages line by line, since the last time."""
    found = [
        (call.data["title"], unescape_markdown(call.data["message"]).splitlines())
        for call in notifications
    ]
    notifications.clear()
    return found


@pytest.fixture
def inputs() -> dict[str, Any]:
    """Return what a user chooses who watches both."""
    return {"transcodes": TRANSCODES, "bandwidth": BANDWIDTH, "active_streams": STREAMS}


async def test_a_transcode_is_told_once_it_lasts(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    notifications: list[ServiceCall],
    inputs: dict[str, Any],
) -> None:
    await automate("busy_server", **inputs)
    sessions = simulator.sessions
    sessions.start(film, player=LIVING_ROOM, bandwidth=1000)
    brief = sessions.start(film, method="transcode", bandwidth=1000)
    await advance(10)
    sessions.stop(brief)
    await advance(10)
    await advance(MINUTE)
    assert told(notifications) == []

    session = sessions.start(film, method="transcode", user=JUNIPER, player=PHONE, bandwidth=1000)
    await advance(10)
    assert told(notifications) == []
    await advance(MINUTE)
    lines = ["Harbour Transcodes: 1", f"{film.title} · juniper · Juniper's phone"]
    assert told(notifications) == [("Plex is transcoding", lines)]
    await advance(10 * MINUTE)
    assert told(notifications) == []

    sessions.stop(session)
    await advance(10)
    sessions.start(film, method="transcode", bandwidth=1000)
    await advance(10)
    await advance(MINUTE)
    assert len(told(notifications)) == 1


async def test_bandwidth_beyond_the_limit_is_told_with_all_that_plays(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    notifications: list[ServiceCall],
    inputs: dict[str, Any],
) -> None:
    await automate("busy_server", **inputs, bandwidth_limit=20)
    session = simulator.sessions.start(film, player=LIVING_ROOM, bandwidth=20_000)
    await advance(10)
    await advance(MINUTE)
    assert told(notifications) == []
    simulator.sessions.change_method(session, "direct_play", bandwidth=21_500)
    await advance(10)
    await advance(MINUTE)
    lines = ["Harbour Bandwidth: 21.5 Mbit/s", f"{film.title} · marlow · Living Room"]
    assert told(notifications) == [("Plex uses a lot of bandwidth", lines)]


@pytest.mark.parametrize("watched", ["transcodes", "bandwidth"])
async def test_one_sensor_is_enough(
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    notifications: list[ServiceCall],
    inputs: dict[str, Any],
    watched: str,
) -> None:
    await automate("busy_server", **{watched: inputs[watched]})
    simulator.sessions.start(film, method="transcode", bandwidth=60_000)
    await advance(10)
    await advance(MINUTE)
    ((_, lines),) = told(notifications)
    assert (
        lines
        == {
            "transcodes": ["Harbour Transcodes: 1"],
            "bandwidth": ["Harbour Bandwidth: 60.0 Mbit/s"],
        }[watched]
    )


async def test_a_server_that_comes_back_is_not_told_of_again(
    hass: HomeAssistant,
    automate: Automate,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    notifications: list[ServiceCall],
    inputs: dict[str, Any],
) -> None:
    await automate("busy_server", **inputs)
    simulator.sessions.start(film, method="transcode", bandwidth=60_000)
    await advance(10)
    await advance(MINUTE)
    assert len(told(notifications)) == 2
    simulator.faults.add("/status/sessions", Fault.status(404), times=None)
    await advance(10)
    assert reading(hass, TRANSCODES) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(MINUTE)
    assert reading(hass, TRANSCODES) == "1"
    await advance(2 * MINUTE)
    assert told(notifications) == []
