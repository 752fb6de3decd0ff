"""Push notifications of scans: a library is shown as scanned, and read when that ends."""

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import KIDS_MOVIES, MOVIES, MOVIES_SCANNING
from tests.simulator import PlexSimulator
from tests.simulator.activities import Scan
from tests.simulator.library import Kind, Section
from tests.simulator.notifications import status

from .conftest import Advance
from .helpers import deliver_push, set_up, settle, state_of, state_value, wait_until
from .library_requests import KIDS_LIST, MOVIE_LIST, PROVIDERS, library_paths

KIDS_SCANNING = "binary_sensor.harbour_kids_movies_scanning"
ACTIVITIES = "sensor.harbour_background_activities"


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_is_shown_for_its_library_only_until_it_ends(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF
    assert state_of(hass, MOVIES_SCANNING).attributes["progress"] is None
    scan = Scan(simulator.state, movies)
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_ON)
    assert state_of(hass, MOVIES_SCANNING).attributes["progress"] == 0
    scan.report(40)
    await deliver_push(hass, simulator)
    assert state_of(hass, MOVIES_SCANNING).attributes["progress"] == 0
    clock.advance(30)
    await wait_until(lambda: state_of(hass, MOVIES_SCANNING).attributes["progress"] == 40)
    assert state_value(hass, KIDS_SCANNING) == STATE_OFF
    scan.end()
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_OFF)
    assert state_of(hass, MOVIES_SCANNING).attributes["progress"] is None
    assert state_value(hass, ACTIVITIES) == "0"


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_of_many_frames_is_read_once_when_it_ends(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    kids_movies: Section,
    clock: HeldFreezerClock,
    writes: list[str],
) -> None:
    simulator.scan(movies, items=["The Ninth Wave", "The Tenth Wave"], frames=1556)
    await wait_until(lambda: state_value(hass, MOVIES) == "42")
    assert library_paths(simulator) == [PROVIDERS, MOVIE_LIST]
    assert writes.count(MOVIES_SCANNING) == 2
    # No further read is pending, neither for the items nor for the status notifications.
    clock.advance(120)
    simulator.scan(kids_movies, items=["The First Wave"])
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    simulator.scan(movies, items=["The Eleventh Wave"])
    await wait_until(lambda: state_value(hass, MOVIES) == "43")
    assert library_paths(simulator) == [
        PROVIDERS,
        MOVIE_LIST,
        PROVIDERS,
        KIDS_LIST,
        PROVIDERS,
        MOVIE_LIST,
    ]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_library_is_not_read_while_it_is_scanned(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    kids_movies: Section,
    clock: HeldFreezerClock,
) -> None:
    scan = Scan(simulator.state, movies)
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_ON)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    await deliver_push(hass, simulator)
    clock.advance(61)
    simulator.scan(kids_movies, items=["The First Wave"])
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    assert library_paths(simulator) == [PROVIDERS, KIDS_LIST]
    scan.end()
    await wait_until(lambda: state_value(hass, MOVIES) == "41")


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_two_scans_of_a_library_count_as_one(
    hass: HomeAssistant, simulator: PlexSimulator, movies: Section
) -> None:
    folder = Scan(simulator.state, movies)
    whole = Scan(simulator.state, movies)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_ON)
    folder.end()
    whole.end()
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF
    assert library_paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_new_library_is_found_by_its_first_scan(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    section = simulator.library.add_section("Concerts", "movie")
    simulator.scan(section, items=["Rooted, live"])
    concerts = "sensor.harbour_concerts_movies"
    await wait_until(lambda: hass.states.get(concerts) is not None)
    assert state_value(hass, concerts) == "1"
    assert library_paths(simulator) == [PROVIDERS, f"/library/sections/{section.key}/all"]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_of_an_unknown_library_triggers_a_read(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    simulator.library.on_add = lambda _: None
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    movies.scanned_at += 60
    simulator.push.publish(status("Bibliothek durchsucht"))
    await deliver_push(hass, simulator)
    assert not library_paths(simulator)
    clock.advance(5)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert library_paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_is_verified_after_push_ends(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    scan = Scan(simulator.state, movies)
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_ON)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_OFF)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    scan.end()
    await settle(hass)
    clock.advance(5)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF


async def test_without_push_the_poll_reads_which_libraries_are_scanned(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry: MockConfigEntry,
    movies: Section,
    advance: Advance,
) -> None:
    movies.refreshing = True
    await set_up(hass, entry)
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    assert state_of(hass, MOVIES_SCANNING).attributes["progress"] is None
    assert state_value(hass, ACTIVITIES) == STATE_UNKNOWN
    movies.refreshing = False
    await advance(3600)
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF


@pytest.fixture
def scan_at_startup(movies: Section) -> None:
    """Start a scan before the entry is set up."""
    movies.refreshing = True


@pytest.mark.push
@pytest.mark.usefixtures("scan_at_startup", "push_ready")
async def test_a_scan_read_by_the_poll_is_verified_once_push_connects(
    hass: HomeAssistant, movies: Section, clock: HeldFreezerClock
) -> None:
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    movies.refreshing = False
    clock.advance(5)
    await wait_until(lambda: state_value(hass, MOVIES_SCANNING) == STATE_OFF)
