"""Ends that fit no shown stream: one read shows whether a stream has ended."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import RunFor
from tests.simulator import PlexSimulator

from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

BOTH: Final = [("juniper", "playing"), ("marin", "playing")]
MARIN: Final = [("marin", "playing")]

ENDS: Final[dict[str, Mapping[str, object]]] = {
    "show only": {"ratingKey": "40", "key": "/library/metadata/40"},
    "show under another key": {"sessionKey": "86", "ratingKey": "40"},
    "show and player": {"ratingKey": "40", "clientIdentifier": "player of juniper"},
    "path of the children": {"key": "/library/metadata/40/children"},
}


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server with two viewers of two episodes."""
    await run_for(12)
    server = ScriptedSessions(hass, simulator, run_for)
    for key, user in (("85", "juniper"), ("90", "marin")):
        changes = {"type": "episode", "grandparentRatingKey": "40", "parentRatingKey": "41"}
        server.list_session(key, item=key, user=user, changes=changes)
        await server.report(key, "playing", ratingKey=key)
    await run_for(1)
    assert server.streams == BOTH
    await run_for(10)
    assert server.count_reads()
    return server


async def run_reported(server: ScriptedSessions, seconds: int, *keys: str) -> None:
    """Advance the time; each of the sessions is reported every ten seconds."""
    for second in range(seconds):
        if second % 10 == 0:
            for key in keys:
                await server.report(key, "playing", ratingKey=key)
        await server.run_for(1)


@pytest.mark.parametrize("state", ["stopped", "error"])
@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
async def test_end_that_fits_no_stream_is_verified_by_a_read(
    server: ScriptedSessions, listener: EventListener, end: Mapping[str, object], state: str
) -> None:
    server.unlist("85")
    await server.report(None, state, **end)
    await server.run_for(3)
    assert server.streams == MARIN
    assert listener.new_events == [("stopped", "Item 85")]
    assert server.count_reads() == 1
    await run_reported(server, 60, "90")
    assert server.count_reads() <= 1
    assert server.streams == MARIN


@pytest.mark.parametrize("listed_seconds", [4, 15])
async def test_end_that_fits_no_stream_is_read_again_if_it_is_listed_for_seconds(
    server: ScriptedSessions, listed_seconds: int
) -> None:
    await server.report(None, "stopped", ratingKey="40")
    await server.run_for(listed_seconds)
    server.unlist("85")
    await server.run_for(19 - listed_seconds)
    assert server.streams == MARIN
    assert server.count_reads() == 2


async def test_end_that_fits_no_stream_leaves_listed_streams(
    server: ScriptedSessions, listener: EventListener
) -> None:
    await server.report(None, "stopped", ratingKey="40")
    await run_reported(server, 60, "85", "90")
    assert server.streams == BOTH
    assert not listener.new_events
    assert server.count_reads() == 2


@pytest.mark.parametrize(
    "fields", [{"ratingKey": "{}"}, {"sessionKey": "{}"}, {"sessionKey": "{}", "ratingKey": "{}"}]
)
async def test_ends_that_fit_no_stream_cost_few_reads(
    server: ScriptedSessions, fields: Mapping[str, str]
) -> None:
    """Another end each second, for three minutes."""
    for minute in range(3):
        for tick in range(60):
            if tick % 10 == 0:
                await server.report("85", "playing", ratingKey="85")
                await server.report("90", "playing", ratingKey="90")
            number = str(1000 + 60 * minute + tick)
            end = {name: value.format(number) for name, value in fields.items()}
            await server.report(None, "stopped", **end)
            await server.run_for(1)
        assert server.streams == BOTH
        assert server.count_reads() <= (5 if minute == 0 else 4)
    server.unlist("85")
    await server.report(None, "stopped", ratingKey="40")
    await server.run_for(19)
    assert server.streams == MARIN


@pytest.mark.parametrize("repeated", [{"sessionKey": "85", "ratingKey": "85"}, {"ratingKey": "85"}])
async def test_end_that_is_reported_again_costs_no_read(
    server: ScriptedSessions, repeated: Mapping[str, object]
) -> None:
    server.unlist("85")
    await server.report("85", "stopped", ratingKey="85")
    assert server.streams == MARIN
    for _ in range(6):
        await server.report(None, "stopped", **repeated)
        await run_reported(server, 10, "90")
    assert server.count_reads() == 0


@pytest.mark.parametrize("fields", [{"ratingKey": "13"}, {}])
async def test_ends_of_a_session_that_is_never_listed_cost_no_read(
    server: ScriptedSessions, fields: Mapping[str, object]
) -> None:
    await server.report("3", "playing", ratingKey="13")
    await run_reported(server, 20, "85", "90")
    assert server.count_reads()
    for _ in range(6):
        await server.report("3", "stopped", **fields)
        await run_reported(server, 10, "85", "90")
    assert server.streams == BOTH
    assert server.count_reads() == 0
