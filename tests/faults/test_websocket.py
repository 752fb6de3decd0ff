"""The websocket: closed, unresponsive, refused, or with invalid frames."""

from collections.abc import Callable
from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, PUSH, STATUS
from tests.fixtures.home_assistant import Advance, RunFor
from tests.integration.helpers import deliver_push, log_messages, state_value, wait_until
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import PHONE
from tests.simulator.websocket import Push

from .assertions import NOTIFICATIONS_PATH, SESSIONS_PATH, HealthyBaseline, stream_titles

pytestmark = pytest.mark.push

DISCONNECTS: Final[dict[str, Callable[[Push], None]]] = {
    "closed": Push.close,
    "closed as an error": lambda push: push.close(1011),
    "no close frame": Push.hang_up,
    "reset": Push.drop,
}

REFUSALS: Final = {
    **{str(status): Fault.status(status) for status in (401, 403, 404, 503)},
    "503 with Retry-After": Fault.status(503, {"Retry-After": "5"}),
    "HTML": Fault.html(),
    "redirect": Fault.redirect("http://127.0.0.1:1/"),
    "hang": Fault.hang(),
}

INVALID_FRAMES: Final[dict[str, str | bytes]] = {
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
def _longest_reconnect_delay(clock: HeldFreezerClock) -> None:
    """Use the longest possible reconnect delay."""
    clock.random_value = 1.0


@pytest.mark.parametrize("end", DISCONNECTS.values(), ids=DISCONNECTS)
async def test_stream_changes_during_a_disconnect_are_shown_after_reconnect(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    end: Callable[[Push], None],
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    end(simulator.push)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.sessions.stop(session)
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(12)
    assert stream_titles(hass) == ["Tide tables"]
    simulator.sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == ["Tide tables", film.title]
    baseline.assert_recovered()


async def test_unresponsive_websocket_times_out_and_reconnects(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    advance: Advance,
) -> None:
    simulator.push.freeze()
    simulator.sessions.start(film)
    for _ in range(13):
        if state_value(hass, PUSH) == STATE_ON:
            await advance(1)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    simulator.push.drop()
    await simulator.push.disconnection()
    await run_for(2)
    assert stream_titles(hass) == [film.title]
    simulator.sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title, film.title]
    baseline.assert_recovered()


@pytest.mark.parametrize("refusal", REFUSALS.values(), ids=REFUSALS)
async def test_refused_websocket_falls_back_to_polling_and_reconnects(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
    refusal: Fault,
) -> None:
    simulator.faults.add(NOTIFICATIONS_PATH, refusal, times=None)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60)
    simulator.clear_requests()
    session = simulator.sessions.start(film)
    await run_for(60)
    assert stream_titles(hass) == [film.title]
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == "ok"
    # The delay between upgrades grows, the poll interval does not.
    assert 5 <= simulator.count(SESSIONS_PATH) <= 7
    assert simulator.count(NOTIFICATIONS_PATH) <= 2
    assert not log_messages(caplog)

    simulator.push.accept()
    await run_for(320, step=5)
    assert state_value(hass, PUSH) == STATE_ON
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    baseline.assert_recovered()


@pytest.mark.parametrize("frame", INVALID_FRAMES.values(), ids=INVALID_FRAMES)
async def test_invalid_frame_is_skipped(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
    frame: str | bytes,
) -> None:
    simulator.push.send(frame)
    session = simulator.sessions.start(film)
    simulator.push.send(frame)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    simulator.push.send(frame)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == []
    await run_for(12)
    # The connection stayed open.
    assert not simulator.count(NOTIFICATIONS_PATH)
    assert not log_messages(caplog)
    baseline.assert_recovered()


async def test_notification_flood_delays_no_stream_and_sends_no_requests(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.push.flood(1000)
    simulator.sessions.start(film)
    simulator.push.flood(1000)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    await run_for(12)
    assert [request.path for request in simulator.requests] == [SESSIONS_PATH]
    baseline.assert_recovered()
