"""The blueprint that notifies of transcodes and high bandwidth."""

from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
import pytest

from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import state_value
from tests.markdown import unescape_markdown
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, LIVING_ROOM, PHONE

from .conftest import Automate

pytestmark = pytest.mark.smoke

STREAMS = "sensor.harbour_active_streams"
TRANSCODES = "sensor.harbour_transcodes"
BANDWIDTH = "sensor.harbour_bandwidth"
MINUTE = 60

type Notifications = list[tuple[str, list[str]]]


def take_notifications(notifications: list[ServiceCall]) -> Notifications:
    """Return titles and message lines of the notifications since the last call."""
    found = [
        (call.data["title"], unescape_markdown(call.data["message"]).splitlines())
        for call in notifications
    ]
    notifications.clear()
    return found


@pytest.fixture
def inputs() -> dict[str, Any]:
    """Return inputs for both sensors."""
    return {"transcodes": TRANSCODES, "bandwidth": BANDWIDTH, "active_streams": STREAMS}


async def test_a_lasting_transcode_sends_one_notification(
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
    assert take_notifications(notifications) == []

    session = sessions.start(film, method="transcode", user=JUNIPER, player=PHONE, bandwidth=1000)
    await advance(10)
    assert take_notifications(notifications) == []
    await advance(MINUTE)
    lines = ["Harbour Transcodes: 1", f"{film.title} · juniper · Juniper's phone"]
    assert take_notifications(notifications) == [("Plex is transcoding", lines)]
    await advance(10 * MINUTE)
    assert take_notifications(notifications) == []

    sessions.stop(session)
    await advance(10)
    sessions.start(film, method="transcode", bandwidth=1000)
    await advance(10)
    await advance(MINUTE)
    assert len(take_notifications(notifications)) == 1


async def test_bandwidth_above_the_limit_sends_a_notification_with_all_streams(
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
    assert take_notifications(notifications) == []
    simulator.sessions.change_method(session, "direct_play", bandwidth=21_500)
    await advance(10)
    await advance(MINUTE)
    lines = ["Harbour Bandwidth: 21.5 Mbit/s", f"{film.title} · marlow · Living Room"]
    assert take_notifications(notifications) == [("Plex uses a lot of bandwidth", lines)]


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
    ((_, lines),) = take_notifications(notifications)
    assert (
        lines
        == {
            "transcodes": ["Harbour Transcodes: 1"],
            "bandwidth": ["Harbour Bandwidth: 60.0 Mbit/s"],
        }[watched]
    )


async def test_the_end_of_an_outage_repeats_no_notification(
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
    assert len(take_notifications(notifications)) == 2
    simulator.faults.add("/status/sessions", Fault.status(404), times=None)
    await advance(10)
    assert state_value(hass, TRANSCODES) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await advance(MINUTE)
    assert state_value(hass, TRANSCODES) == "1"
    await advance(2 * MINUTE)
    assert take_notifications(notifications) == []
