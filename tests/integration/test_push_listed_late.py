"""Push notifications of streams and transcodes that the server lists late or never."""

from homeassistant.core import HomeAssistant
import pytest

from tests.clocks import HeldFreezerClock
from tests.entity_ids import STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.session import Session

from .conftest import RunFor
from .helpers import deliver_push, settle, state_value, streams

READ = "/status/sessions"

pytestmark = [pytest.mark.push, pytest.mark.smoke, pytest.mark.usefixtures("quiet")]


def _report(simulator: PlexSimulator, session: Session, state: str, *, conversion: str) -> None:
    """Report a session with the key of a transcode that is not listed."""
    fields = {
        "sessionKey": session.session_key,
        "ratingKey": str(session.item.rating_key),
        "viewOffset": 0,
        "state": state,
        "transcodeSession": conversion,
    }
    container = {"type": "playing", "size": 1, "PlaySessionStateNotification": [fields]}
    simulator.push.send({"NotificationContainer": container})


async def test_transcode_that_is_never_listed_costs_few_reads(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    for seconds in (1, 1, 2, 4, 52, 60):
        for state in ("paused", "playing"):
            _report(simulator, session, state, conversion="unlisted")
            await deliver_push(hass, simulator)
            assert [stream["state"] for stream in streams(hass)] == [state]
        clock.advance(seconds)
        await settle(hass)
    reads = simulator.count(READ)
    assert reads <= 7


async def test_stream_that_is_listed_late_is_read_after_1_7_and_50_seconds(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(3)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert simulator.count(READ) == 1
    for pause, reads in ((1, 2), (6, 3)):
        clock.advance(pause - 0.1)
        await settle(hass)
        assert simulator.count(READ) == reads - 1
        clock.advance(0.1)
        await settle(hass)
        assert simulator.count(READ) == reads
        assert state_value(hass, STREAMS) == "0"
    clock.advance(43)
    await settle(hass)
    assert state_value(hass, STREAMS) == "1"
    assert simulator.count(READ) == 4


async def test_stream_that_is_never_listed_does_not_delay_another_one(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(1000)
    session = simulator.sessions.start(film)
    for _ in range(30):
        await deliver_push(hass, simulator)
        clock.advance(2)
        await settle(hass)
        simulator.sessions.tick()
    assert simulator.count(READ) == 4
    simulator.push.list_sessions_late(0)
    simulator.sessions.stop(session)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"


async def test_failed_reads_do_not_count_for_a_stream_that_is_not_listed_yet(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    simulator.faults.add(READ, Fault.status(404), times=None)
    simulator.push.list_sessions_late(1)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(9)
    simulator.faults.clear()
    # The first read that succeeds does not list it yet.
    await run_for(12)
    simulator.sessions.tick()
    await deliver_push(hass, simulator)
    await run_for(2)
    assert state_value(hass, STREAMS) == "1"


async def test_stream_that_ends_before_it_is_listed_is_not_read_again(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(1000)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    for _ in range(8):
        clock.advance(1)
        await settle(hass)
    assert simulator.count(READ) == 1
