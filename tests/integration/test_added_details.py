"""Details of added items that cannot be read when they are added."""

from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import LIBRARY
from tests.simulator import Fault, PlexSimulator
from tests.simulator.activities import Scan
from tests.simulator.library import Kind

from .conftest import RunFor
from .event_recorder import EventListener, metadata_batches
from .helpers import deliver_push

METADATA = "/library/metadata/*"
DETAILS = {"title": "The Weir", "series": "Tidewrack Bay", "season": 1, "episode": 9}

pytestmark = [pytest.mark.push, pytest.mark.usefixtures("entry_with_push")]


def _details(listener: EventListener) -> list[dict[str, object]]:
    """Return the details of the events since the last call."""
    events, listener.events = listener.events, []
    return [{key: event[key] for key in DETAILS} for event in events]


@pytest.fixture
async def listener(hass: HomeAssistant, run_for: RunFor) -> EventListener:
    """Return a recorder of the library events, with push connected for a minute."""
    await run_for(70, step=10)
    return EventListener(hass, LIBRARY)


def _add_episode(simulator: PlexSimulator) -> None:
    """Add an episode that push reports."""
    season, *_ = simulator.library.of_kind(Kind.SEASON)
    simulator.library.add_item(Kind.EPISODE, "The Weir", season)


@pytest.mark.parametrize(
    "fault",
    [Fault.status(500), Fault.status(404), Fault.hang()],
    ids=["failing", "gone", "no response"],
)
async def test_item_that_cannot_be_read_has_the_details_of_its_list(
    simulator: PlexSimulator, listener: EventListener, run_for: RunFor, fault: Fault
) -> None:
    simulator.faults.add(METADATA, fault, times=None)
    _add_episode(simulator)
    await run_for(40)
    assert _details(listener) == [DETAILS]
    simulator.faults.clear()
    await run_for(60)
    assert _details(listener) == []


async def test_item_is_read_again_if_no_list_has_it(
    hass: HomeAssistant, simulator: PlexSimulator, listener: EventListener, run_for: RunFor
) -> None:
    """The library is not read before the end of the scan."""
    season, *_ = simulator.library.of_kind(Kind.SEASON)
    scan = Scan(simulator.state, season.section)
    await deliver_push(hass, simulator)
    simulator.faults.add(METADATA, Fault.status(404), times=None)
    _add_episode(simulator)
    await run_for(14)
    assert metadata_batches(simulator) == [1]
    simulator.faults.clear()
    await run_for(6)
    assert _details(listener) == [DETAILS]
    assert metadata_batches(simulator) == [1, 1]
    scan.end()
    await run_for(60)
    assert _details(listener) == []
