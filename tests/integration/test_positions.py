"""The position of a stream is constant in the state while the stream plays."""

from datetime import datetime
from typing import Any

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock, HeldFreezerClock
from tests.entity_ids import STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import LIVING_ROOM, PHONE

from .actions import get_response
from .conftest import Advance, RunFor
from .helpers import deliver_push, settle, state_of

MINUTE = 60_000


@pytest.fixture
async def push(
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    clock: HeldFreezerClock,
) -> None:
    """Wait for the poll that is due when push connects."""
    await advance(10)
    await simulator.push.wait_delivered()


def _stream(hass: HomeAssistant) -> dict[str, Any]:
    """Return the only stream."""
    (stream,) = state_of(hass, STREAMS).attributes["streams"]
    return dict(stream)


def _updated_at(hass: HomeAssistant) -> float:
    """Return the time of the position, in Unix seconds."""
    return datetime.fromisoformat(_stream(hass)["position_updated_at"]).timestamp()


@pytest.mark.push
@pytest.mark.usefixtures("push")
async def test_steady_playback_writes_no_state_whatever_the_transcoder_does(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    clock: HeldFreezerClock,
    writes: list[str],
) -> None:
    simulator.sessions.start(film, method="transcode", player=PHONE)
    simulator.sessions.start(film, offset=10 * MINUTE)
    await deliver_push(hass, simulator)
    # Which codec is used is known with the first report.
    clock.advance(10)
    simulator.sessions.tick()
    await deliver_push(hass, simulator)
    before = state_of(hass, STREAMS)
    writes.clear()
    for _ in range(30):
        clock.advance(10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert not writes
    assert state_of(hass, STREAMS) is before


@pytest.mark.push
@pytest.mark.usefixtures("push")
async def test_seek_and_pause_update_the_position_immediately(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert film.duration is not None
    assert _stream(hass)["duration"] == film.duration // 1000
    clock.advance(10)
    for offset in (44 * MINUTE, 44 * MINUTE + 6_000, 0, MINUTE):
        simulator.sessions.seek(session, offset)
        await deliver_push(hass, simulator)
        # A skip by a few seconds may wait, as playback at another speed looks the same.
        if offset != 44 * MINUTE + 6_000:
            assert _stream(hass)["position"] == offset // 1000
            assert _updated_at(hass) == dt_util.utcnow().timestamp()
    clock.advance(10)
    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    assert (_stream(hass)["position"], _updated_at(hass)) == (70, dt_util.utcnow().timestamp())
    assert _stream(hass)["ends_at"] is None
    paused_at = dt_util.utcnow().timestamp()
    for _ in range(3):
        clock.advance(30)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert (_stream(hass)["position"], _updated_at(hass)) == (70, paused_at)
    simulator.sessions.resume(session)
    await deliver_push(hass, simulator)
    assert (_stream(hass)["position"], _updated_at(hass)) == (70, dt_util.utcnow().timestamp())


@pytest.mark.push
@pytest.mark.usefixtures("push")
async def test_item_that_starts_again_at_the_position_of_its_start_is_shown(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    started_at = _updated_at(hass)
    for _ in range(6):
        clock.advance(10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert _updated_at(hass) == started_at
    simulator.sessions.seek(session, 0)
    await deliver_push(hass, simulator)
    assert (_stream(hass)["position"], _updated_at(hass)) == (0, dt_util.utcnow().timestamp())


@pytest.mark.push
@pytest.mark.usefixtures("push")
@pytest.mark.parametrize(
    ("step", "jitter"),
    [(12_500, 0), (15_000, 0), (20_000, 0), (10_000, 3_000)],
    ids=["1.25", "1.5", "2", "jitter"],
)
async def test_another_speed_or_inexact_reports_update_the_position_rarely(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    clock: HeldFreezerClock,
    writes: list[str],
    step: int,
    jitter: int,
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    writes.clear()
    offset = 0
    # Ten minutes with a report every ten seconds.
    for number in range(1, 61):
        clock.advance(10)
        offset = step * number + (jitter if number % 2 else -jitter)
        simulator.sessions.seek(session, offset)
        await deliver_push(hass, simulator)
    assert set(writes) <= {STREAMS}
    assert len(writes) <= 5
    # The error never exceeds the drift of five minutes.
    shown = _stream(hass)["position"] + dt_util.utcnow().timestamp() - _updated_at(hass)
    assert abs(shown - offset / 1000) <= max(6, 300 * (step / 10_000 - 1))


@pytest.mark.push
@pytest.mark.usefixtures("push")
async def test_unchanged_stream_is_available_again_after_missing_reports(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    await run_for(120, step=5)
    assert state_of(hass, STREAMS).state == STATE_UNAVAILABLE
    simulator.faults.clear()
    simulator.sessions.tick()
    await deliver_push(hass, simulator)
    assert state_of(hass, STREAMS).state == "1"


async def test_polled_position_is_constant_as_well(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    writes: list[str],
) -> None:
    session = simulator.sessions.start(film, method="transcode", player=LIVING_ROOM)
    await advance(10)
    writes.clear()
    for number in range(30):
        # A server lists what the player has reported up to ten seconds before.
        simulator.sessions.seek(session, 10_000 * (number + 1) - number % 4 * 3_000)
        await advance(10)
    assert not writes
    simulator.sessions.seek(session, 44 * MINUTE)
    await advance(10)
    assert abs(_stream(hass)["position"] - 44 * 60) <= 10


async def test_action_computes_the_progress_at_the_call(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    clock: FreezerClock,
) -> None:
    assert film.duration is not None
    simulator.sessions.start(film)
    await advance(10)
    before = _stream(hass)
    clock.advance(film.duration / 2000)
    await settle(hass)
    (stream,) = (await get_response(hass, "get_streams"))["streams"]
    assert stream["progress"] in {50, 51}
    assert {key: stream[key] for key in before} == before
