"""The connection that brings notifications: ended, silent, refused, or full of nonsense."""

from collections.abc import Callable
from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest

from tests.integration.clock import HeldFreezerClock
from tests.integration.conftest import Live, Wait
from tests.integration.support import heard, reading, said, until
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import PHONE
from tests.simulator.websocket import Push

from .recovery import CONNECTED, NOTIFICATIONS, PUSH, READ, STATUS, Before, titles

ENDS: Final[dict[str, Callable[[Push], None]]] = {
    "closed": Push.close,
    "closed as an error": lambda push: push.close(1011),
    "ended without a word": Push.hang_up,
    "reset": Push.drop,
}

REFUSALS: Final = {
    **{str(status): Fault.status(status) for status in (401, 403, 404, 503)},
    "asks to wait": Fault.status(503, {"Retry-After": "5"}),
    "page": Fault.html(),
    "redirect": Fault.redirect("http://127.0.0.1:1/"),
    "hang": Fault.hang(),
}

FRAMES: Final[dict[str, str | bytes]] = {
    "no JSON": "{",
    "binary": b"\x00\xff",
    "empty": "",
    "no object": "[]",
    "another object": '{"tide": 1}',
    "another type": '{"NotificationContainer": {"type": "tide", "size": 1}}',
    "no list": '{"NotificationContainer": {"type": "playing", "PlaySessionStateNotification": 1}}',
    "no object in the list": (
        '{"NotificationContainer": {"type": "playing", "PlaySessionStateNotification": [null, 7]}}'
    ),
    "no number": (
        '{"NotificationContainer": {"type": "playing", "PlaySessionStateNotification":'
        ' [{"sessionKey": "1", "ratingKey": "tide", "state": [], "viewOffset": {}}]}}'
    ),
    "deep": "[" * 100_000,
}


@pytest.fixture(autouse=True)
def _longest_pauses(clock: HeldFreezerClock) -> None:
    """Draw the longest pause between two connections that there can be."""
    clock.chance = 1.0


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_a_connection_that_ends_loses_no_stream(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    end: Callable[[Push], None],
) -> None:
    session = simulator.sessions.start(film)
    await heard(hass, simulator)
    end(simulator.push)
    await until(lambda: reading(hass, PUSH) == STATE_OFF)
    simulator.sessions.stop(session)
    simulator.sessions.start_live_tv("Tide tables")
    await live(12)
    assert titles(hass) == ["Tide tables"]
    simulator.sessions.start(film, player=PHONE)
    await heard(hass, simulator)
    assert titles(hass) == ["Tide tables", film.title]
    before.assert_back()


async def test_a_connection_that_has_gone_silent_is_given_up_for_another(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    wait: Wait,
) -> None:
    simulator.push.silence()
    simulator.sessions.start(film)
    for _ in range(31):
        await wait(1)
    await simulator.push.disconnection()
    await live(2)
    assert titles(hass) == [film.title]
    simulator.sessions.start(film, player=PHONE)
    await heard(hass, simulator)
    assert titles(hass) == [film.title, film.title]
    before.assert_back()


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_a_connection_that_is_refused_leaves_the_polls_and_comes_back(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    caplog: pytest.LogCaptureFixture,
    refusal: Fault,
) -> None:
    simulator.faults.add(NOTIFICATIONS, refusal, times=None)
    simulator.push.drop()
    await until(lambda: reading(hass, PUSH) == STATE_OFF)
    await live(60)
    simulator.clear_requests()
    session = simulator.sessions.start(film)
    await live(60)
    assert titles(hass) == [film.title]
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STATUS) == "ok"
    # The pauses between two tries grow, and those between two polls do not.
    assert 5 <= simulator.count(READ) <= 7
    assert simulator.count(NOTIFICATIONS) <= 2
    assert not said(caplog)

    simulator.push.accept()
    await live(320, step=5)
    assert reading(hass, PUSH) == STATE_ON
    simulator.sessions.stop(session)
    await heard(hass, simulator)
    assert titles(hass) == []
    before.assert_back()


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
async def test_a_frame_that_makes_no_sense_costs_itself(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    caplog: pytest.LogCaptureFixture,
    frame: str | bytes,
) -> None:
    simulator.push.send(frame)
    session = simulator.sessions.start(film)
    simulator.push.send(frame)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    simulator.push.send(frame)
    simulator.sessions.stop(session)
    await heard(hass, simulator)
    assert titles(hass) == []
    await live(12)
    # It was the same connection all the time.
    assert not simulator.count(NOTIFICATIONS)
    assert not said(caplog)
    before.assert_back()


async def test_a_flood_delays_no_stream_and_asks_for_nothing(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    simulator.push.flood(1000)
    simulator.sessions.start(film)
    simulator.push.flood(1000)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    await live(12)
    assert [request.path for request in simulator.requests] == [READ]
    before.assert_back()
