"""Push notifications of libraries: scans and changes."""

from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    STATE_OFF,
    STATE_ON,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from tests.clocks import HeldFreezerClock
from tests.entity_ids import KIDS_MOVIES, MOVIES
from tests.simulator import Fault, PlexSimulator
from tests.simulator.activities import Activity, Scan
from tests.simulator.library import Kind, Section
from tests.simulator.notifications import status

from .conftest import Advance
from .helpers import deliver_push, set_up, settle, state_of, state_value, wait_until

SCANNING = "binary_sensor.harbour_movies_scanning"
KIDS_SCANNING = "binary_sensor.harbour_kids_movies_scanning"
ACTIVITIES = "sensor.harbour_background_activities"
PROVIDERS = "/media/providers"
MOVIE_LIST = "/library/sections/1/all"
KIDS_LIST = "/library/sections/6/all"


@pytest.fixture
def movies(simulator: PlexSimulator) -> Section:
    """Return the library that is changed."""
    return simulator.library.section_titled("Movies")


@pytest.fixture
def kids_movies(simulator: PlexSimulator) -> Section:
    """Return another library."""
    return simulator.library.section_titled("Kids Movies")


def _paths(simulator: PlexSimulator) -> list[str]:
    """Return the paths of requests for libraries, except lists of their newest items."""
    return [
        request.path
        for request in simulator.requests
        if request.path == PROVIDERS
        or (request.path.startswith("/library/sections") and "sort" not in request.query)
    ]


def _scan(simulator: PlexSimulator, section: Section, title: str) -> None:
    """Scan a library that has a new item, without status notifications."""
    scan = Activity(
        simulator.state,
        "library.update.section",
        f"Scanning {section.title}",
        context={"librarySectionID": str(section.key)},
    )
    simulator.library.add_item(Kind.MOVIE, title, section)
    scan.end()


def _poll(hass: HomeAssistant, clock: HeldFreezerClock, seconds: float) -> None:
    """Advance the time to the next poll, with the jitter of up to half a second."""
    clock.advance(seconds + 0.6)
    async_fire_time_changed(hass, dt_util.utcnow())


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_is_shown_for_its_library_only_until_it_ends(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    assert state_value(hass, SCANNING) == STATE_OFF
    assert state_of(hass, SCANNING).attributes["progress"] is None
    scan = Scan(simulator.state, movies)
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_ON)
    assert state_of(hass, SCANNING).attributes["progress"] == 0
    scan.report(40)
    await deliver_push(hass, simulator)
    assert state_of(hass, SCANNING).attributes["progress"] == 0
    clock.advance(30)
    await wait_until(lambda: state_of(hass, SCANNING).attributes["progress"] == 40)
    assert state_value(hass, KIDS_SCANNING) == STATE_OFF
    scan.end()
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_OFF)
    assert state_of(hass, SCANNING).attributes["progress"] is None
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
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST]
    assert writes.count(SCANNING) == 2
    # No further read is pending, neither for the items nor for the status notifications.
    clock.advance(120)
    simulator.scan(kids_movies, items=["The First Wave"])
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    simulator.scan(movies, items=["The Eleventh Wave"])
    await wait_until(lambda: state_value(hass, MOVIES) == "43")
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST, PROVIDERS, KIDS_LIST, PROVIDERS, MOVIE_LIST]


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
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_ON)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    await deliver_push(hass, simulator)
    clock.advance(61)
    simulator.scan(kids_movies, items=["The First Wave"])
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    assert _paths(simulator) == [PROVIDERS, KIDS_LIST]
    scan.end()
    await wait_until(lambda: state_value(hass, MOVIES) == "41")


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_the_pushed_end_of_a_scan_overrides_the_response_of_a_read(
    hass: HomeAssistant, simulator: PlexSimulator, movies: Section
) -> None:
    movies.refreshing = True
    _scan(simulator, movies, "The Ninth Wave")
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, SCANNING) == STATE_OFF


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_two_scans_of_a_library_count_as_one(
    hass: HomeAssistant, simulator: PlexSimulator, movies: Section
) -> None:
    folder = Scan(simulator.state, movies)
    whole = Scan(simulator.state, movies)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_ON)
    folder.end()
    whole.end()
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, SCANNING) == STATE_OFF
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_changes_without_a_scan_are_debounced(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    film = simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    simulator.library.add_item(Kind.MOVIE, "The Tenth Wave", movies)
    await deliver_push(hass, simulator)
    clock.advance(4)
    simulator.library.remove_item(film)
    await deliver_push(hass, simulator)
    clock.advance(1)
    await clock.until(lambda: clock.slept[-1] == pytest.approx(4))
    assert not _paths(simulator)
    clock.advance(4)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_library_that_keeps_changing_is_read_after_a_minute(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    for number in range(15):
        assert not _paths(simulator)
        simulator.library.add_item(Kind.MOVIE, f"Wave {number}", movies)
        await deliver_push(hass, simulator)
        clock.advance(4)
    await wait_until(lambda: state_value(hass, MOVIES) == "55")
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_change_outside_of_the_libraries_triggers_no_read(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    simulator.push.send(
        {
            "NotificationContainer": {
                "type": "timeline",
                "size": 1,
                "TimelineEntry": [
                    {
                        "identifier": "com.plexapp.plugins.library",
                        "sectionID": "-4",
                        "itemID": "900001",
                        "type": 1,
                        "state": 5,
                    }
                ],
            }
        }
    )
    asleep = clock.asleep
    await deliver_push(hass, simulator)
    assert clock.asleep == asleep


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_pushed_changes_do_not_postpone_the_hourly_poll(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    clock.advance(1800)
    simulator.scan(movies, items=["The Ninth Wave"])
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    # This item is not notified.
    simulator.library.on_add = lambda _: None
    simulator.library.add_item(
        Kind.MOVIE, "The First Wave", simulator.library.section_titled("Kids Movies")
    )
    _poll(hass, clock, 1800)
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_change_that_a_poll_has_read_is_not_read_again(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    kids_movies: Section,
    clock: HeldFreezerClock,
) -> None:
    await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    await deliver_push(hass, simulator)
    await hass.services.async_call(
        HOMEASSISTANT_DOMAIN, SERVICE_UPDATE_ENTITY, {ATTR_ENTITY_ID: MOVIES}, blocking=True
    )
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    clock.advance(5)
    simulator.scan(kids_movies, items=["The First Wave"])
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    assert _paths(simulator).count(MOVIE_LIST) == 1


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_failed_read_is_retried_and_the_library_stays_available(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    simulator.faults.add(PROVIDERS, Fault.status(404))
    _scan(simulator, movies, "The Ninth Wave")
    await clock.until(lambda: pytest.approx(60) in clock.slept)
    assert state_value(hass, MOVIES) == "40"
    clock.advance(60)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert _paths(simulator) == [PROVIDERS, PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_after_two_failed_reads_a_library_waits_for_the_next_read(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    kids_movies: Section,
    clock: HeldFreezerClock,
) -> None:
    simulator.faults.add(PROVIDERS, Fault.status(404), times=2)
    _scan(simulator, movies, "The Ninth Wave")
    await clock.until(lambda: pytest.approx(60) in clock.slept)
    clock.advance(60)
    _scan(simulator, kids_movies, "The First Wave")
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "9")
    clock.advance(61)
    _scan(simulator, kids_movies, "The Second Wave")
    await wait_until(lambda: state_value(hass, KIDS_MOVIES) == "10")
    # The read for the other library showed that this one has changed as well.
    assert state_value(hass, MOVIES) == "41"
    assert _paths(simulator).count(MOVIE_LIST) == 1


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_read_after_a_429_waits_for_retry_after(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    simulator.faults.add(PROVIDERS, Fault.status(429, headers={"Retry-After": "120"}))
    _scan(simulator, movies, "The Ninth Wave")
    await clock.until(lambda: pytest.approx(120) in clock.slept)
    assert state_value(hass, MOVIES) == "40"
    assert _paths(simulator) == [PROVIDERS]
    clock.advance(120)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert _paths(simulator) == [PROVIDERS, PROVIDERS, MOVIE_LIST]


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
    assert _paths(simulator) == [PROVIDERS, f"/library/sections/{section.key}/all"]


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
    assert not _paths(simulator)
    clock.advance(5)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert _paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_scan_is_verified_after_push_ends(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    scan = Scan(simulator.state, movies)
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_ON)
    simulator.push.close()
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_OFF)
    simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", movies)
    scan.end()
    await settle(hass)
    clock.advance(5)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, SCANNING) == STATE_OFF


async def test_without_push_the_poll_reads_which_libraries_are_scanned(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    entry: MockConfigEntry,
    movies: Section,
    advance: Advance,
) -> None:
    movies.refreshing = True
    await set_up(hass, entry)
    assert state_value(hass, SCANNING) == STATE_ON
    assert state_of(hass, SCANNING).attributes["progress"] is None
    assert state_value(hass, ACTIVITIES) == STATE_UNKNOWN
    movies.refreshing = False
    await advance(3600)
    assert state_value(hass, SCANNING) == STATE_OFF


@pytest.fixture
def scan_at_startup(movies: Section) -> None:
    """Start a scan before the entry is set up."""
    movies.refreshing = True


@pytest.mark.push
@pytest.mark.usefixtures("scan_at_startup", "push_ready")
async def test_a_scan_read_by_the_poll_is_verified_once_push_connects(
    hass: HomeAssistant, movies: Section, clock: HeldFreezerClock
) -> None:
    assert state_value(hass, SCANNING) == STATE_ON
    movies.refreshing = False
    clock.advance(5)
    await wait_until(lambda: state_value(hass, SCANNING) == STATE_OFF)
