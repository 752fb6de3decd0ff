"""A program on live TV that is followed by another one under the same keys."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.simulator import PlexSimulator

from .event_recorder import EventListener
from .helpers import state_of
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server without streams."""
    await run_for(12)
    return ScriptedSessions(hass, simulator, run_for)


def list_program(server: ScriptedSessions, title: str, ends_at: float) -> None:
    """List what is on the channel now."""
    media = [{"selected": True, "endsAt": int(ends_at), "channelTitle": "Tide TV"}]
    server.list_session("85", changes={"live": "1", "title": title, "Media": media})


async def run_reported(server: ScriptedSessions, seconds: int) -> None:
    """Advance the time; the stream is reported every ten seconds."""
    for second in range(seconds):
        if second % 10 == 0:
            await server.report("85", "playing", ratingKey="500")
        await server.run_for(1)


def shown_title(hass: HomeAssistant) -> str:
    """Return the title of the only stream."""
    streams: list[dict[str, Any]] = state_of(hass, STREAMS).attributes["streams"]
    (stream,) = streams
    return str(stream["title"])


@pytest.mark.parametrize("late_seconds", [0, 10, 50])
async def test_next_program_is_shown_after_the_end_of_the_former_one(
    hass: HomeAssistant,
    server: ScriptedSessions,
    listener: EventListener,
    clock: FreezerClock,
    late_seconds: int,
) -> None:
    list_program(server, "Tide tables", clock.time() + 200)
    await run_reported(server, 200 + late_seconds)
    assert shown_title(hass) == "Tide tables"
    list_program(server, "Evening news", clock.time() + 3600)
    server.count_reads()
    await run_reported(server, 15)
    assert shown_title(hass) == "Evening news"
    assert server.count_reads() == 1
    await run_reported(server, 300)
    assert server.count_reads() == 0
    assert listener.new_events == [("started", "Tide tables")]


async def test_program_that_goes_on_after_its_end_costs_few_reads(
    hass: HomeAssistant, server: ScriptedSessions, clock: FreezerClock
) -> None:
    list_program(server, "Tide tables", clock.time() + 60)
    await run_reported(server, 55)
    server.count_reads()
    await run_reported(server, 500)
    assert server.count_reads() == 5
    assert shown_title(hass) == "Tide tables"


async def test_ends_that_always_lie_ahead_cost_few_reads(
    server: ScriptedSessions, clock: FreezerClock
) -> None:
    for _ in range(60):
        list_program(server, "Tide tables", clock.time() + 2)
        await run_reported(server, 1)
    assert server.count_reads() <= 7
