"""Reads of changed libraries: debounced, shared with the poll, and retried."""

from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from tests.clocks import HeldFreezerClock
from tests.entity_ids import KIDS_MOVIES, MOVIES, MOVIES_SCANNING
from tests.simulator import Fault, PlexSimulator
from tests.simulator.activities import Activity
from tests.simulator.library import Kind, Section

from .helpers import deliver_push, state_value, wait_until
from .library_requests import MOVIE_LIST, PROVIDERS, library_paths


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
async def test_the_pushed_end_of_a_scan_overrides_the_response_of_a_read(
    hass: HomeAssistant, simulator: PlexSimulator, movies: Section
) -> None:
    movies.refreshing = True
    _scan(simulator, movies, "The Ninth Wave")
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF


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
    assert not library_paths(simulator)
    clock.advance(4)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert library_paths(simulator) == [PROVIDERS, MOVIE_LIST]


@pytest.mark.push
@pytest.mark.usefixtures("push_ready")
async def test_a_library_that_keeps_changing_is_read_after_a_minute(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    movies: Section,
    clock: HeldFreezerClock,
) -> None:
    for number in range(15):
        assert not library_paths(simulator)
        simulator.library.add_item(Kind.MOVIE, f"Wave {number}", movies)
        await deliver_push(hass, simulator)
        clock.advance(4)
    await wait_until(lambda: state_value(hass, MOVIES) == "55")
    assert library_paths(simulator) == [PROVIDERS, MOVIE_LIST]


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
    assert library_paths(simulator).count(MOVIE_LIST) == 1


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
    assert library_paths(simulator) == [PROVIDERS, PROVIDERS, MOVIE_LIST]


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
    assert library_paths(simulator).count(MOVIE_LIST) == 1


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
    assert library_paths(simulator) == [PROVIDERS]
    clock.advance(120)
    await wait_until(lambda: state_value(hass, MOVIES) == "41")
    assert library_paths(simulator) == [PROVIDERS, PROVIDERS, MOVIE_LIST]
