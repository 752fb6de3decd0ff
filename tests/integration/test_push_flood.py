"""More notifications of sessions than can be processed."""

from collections.abc import Callable, Mapping

from homeassistant.const import EVENT_STATE_CHANGED, STATE_ON
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PUSH
from tests.faults.payloads import playing_frame
from tests.simulator import PlexSimulator

from .conftest import RunFor
from .helpers import deliver_push, state_value
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

PER_SECOND = 500
SECONDS = 10

type MakeFrame = Callable[[int], Mapping[str, object]]

FLOODS: dict[str, MakeFrame] = {
    "changes of state": lambda number: {
        "sessionKey": "1",
        "ratingKey": "500",
        "state": "paused" if number % 2 else "playing",
    },
    "unlisted keys": lambda number: {
        "sessionKey": str(9000 + number),
        "ratingKey": "700",
        "state": "playing",
    },
    "stops of unlisted keys": lambda number: {
        "sessionKey": str(9000 + number),
        "state": "stopped",
    },
    "stops without identifiers": lambda _: {"state": "stopped"},
}


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server with one session."""
    await run_for(12)
    server = ScriptedSessions(hass, simulator, run_for)
    server.list_session("1")
    await server.report("1", "playing", ratingKey="500")
    await run_for(1)
    assert server.count_reads()
    return server


@pytest.mark.parametrize("make_frame", FLOODS.values(), ids=FLOODS)
async def test_flood_is_processed_at_a_bounded_rate(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    run_for: RunFor,
    make_frame: MakeFrame,
) -> None:
    writes = 0

    @callback
    def count(event: Event[EventStateChangedData]) -> None:
        nonlocal writes
        writes += event.data["entity_id"] == "event.harbour_playback"

    hass.bus.async_listen(EVENT_STATE_CHANGED, count)
    tasks = len(hass._background_tasks)  # noqa: SLF001 - no public way to count them
    number = 0
    for _ in range(SECONDS):
        for _ in range(PER_SECOND):
            simulator.push.send(playing_frame(make_frame(number)))
            number += 1
        await deliver_push(hass, simulator)
        assert len(hass._background_tasks) <= tasks + 1  # noqa: SLF001 - as above
        await run_for(1)
    # 500 at once and 100 a second.
    assert writes <= 500 + 100 * SECONDS
    assert server.count_reads() <= 15
    await run_for(6)
    assert server.streams == [("juniper", "playing")]
    for state in ("paused", "playing", "paused"):
        await server.report("1", state, ratingKey="500")
        assert server.streams == [("juniper", state)]
    assert state_value(hass, PUSH) == STATE_ON
    await run_for(60)
    assert server.count_reads() <= 40


async def test_dropped_change_is_read_within_seconds(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator, run_for: RunFor
) -> None:
    for number in range(2000):
        simulator.push.send(playing_frame(FLOODS["changes of state"](number)))
    server.list_session("1", state="paused", offset=90_000)
    server.list_session("2", user="marin")
    simulator.push.send(playing_frame({"sessionKey": "2", "state": "playing"}))
    await deliver_push(hass, simulator)
    assert len(server.streams) == 1
    await run_for(6)
    assert server.streams == [("juniper", "paused"), ("marin", "playing")]
