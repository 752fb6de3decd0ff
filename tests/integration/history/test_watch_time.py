"""Watch time sensors: playing streams are counted, and states are written rarely."""

from collections.abc import Callable
from typing import Any

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    mock_restore_cache_with_extra_data,
)

from tests.integration.conftest import Advance
from tests.integration.followed_users import follow_users
from tests.integration.helpers import settle, state_of
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.session import StopReport
from tests.simulator.users_and_players import BEDROOM, JUNIPER, KESTREL

from .conftest import imported, set_up

WATCH_TIME = "sensor.harbour_watch_time"
DIRECT = "sensor.harbour_watch_time_direct_play"
TRANSCODE = "sensor.harbour_watch_time_transcode"
JUNIPERS = "sensor.harbour_juniper_watch_time"


def seconds(hass: HomeAssistant, entity_id: str = WATCH_TIME) -> float:
    """Return the seconds that a sensor shows in hours."""
    state = state_of(hass, entity_id)
    assert state.attributes["unit_of_measurement"] == "h"
    assert state.attributes["state_class"] == "total_increasing"
    return round(float(state.state) * 3600)


async def _poll(advance: Advance, polls: int) -> None:
    """Advance the time by a number of polls, ten seconds each."""
    for _ in range(polls):
        await advance(10)


@pytest.fixture
def written(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> list[float]:
    """Return the values that the sensor of the server writes."""
    values: list[float] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        assert new is not None
        values.append(round(float(new.state) * 3600))

    async_track_state_change_event(hass, WATCH_TIME, changed)
    return values


async def test_watch_time_is_written_when_the_last_stream_ends(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    written: list[float],
) -> None:
    session = simulator.sessions.start(film)
    await _poll(advance, 13)
    assert written == []
    simulator.sessions.stop(session)
    await advance(10)
    assert written == [pytest.approx(130, abs=11)]
    assert seconds(hass, DIRECT) == written[0]
    assert seconds(hass, TRANSCODE) == 0


async def test_pauses_do_not_count(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
) -> None:
    session = simulator.sessions.start(film)
    await _poll(advance, 4)
    simulator.sessions.pause(session)
    await _poll(advance, 30)
    simulator.sessions.resume(session)
    await _poll(advance, 3)
    simulator.sessions.stop(session)
    await advance(10)
    assert seconds(hass) == pytest.approx(70, abs=15)


async def test_outage_counts_nothing(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
) -> None:
    session = simulator.sessions.start(film)
    await _poll(advance, 6)
    simulator.faults.add("*", Fault.reset(), times=None)
    await _poll(advance, 120)
    simulator.faults.clear()
    await _poll(advance, 60)
    after = seconds(hass)
    simulator.sessions.stop(session)
    await _poll(advance, 2)
    assert after < 120
    assert seconds(hass) < 800


async def test_watch_time_is_written_before_the_hour_ends(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    written: list[float],
) -> None:
    await advance(3600 - 300)
    simulator.sessions.start(film)
    await _poll(advance, 27)
    assert written == []
    await _poll(advance, 2)
    assert len(written) == 1
    assert written[0] == pytest.approx(270, abs=25)
    await _poll(advance, 20)
    assert len(written) == 1


async def test_watch_time_is_written_at_shutdown(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    written: list[float],
) -> None:
    simulator.sessions.start(film)
    await _poll(advance, 6)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await settle(hass)
    assert written == [pytest.approx(60, abs=11)]


async def test_watch_time_is_restored_with_the_seconds_that_were_not_written(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
) -> None:
    stored: dict[str, Any] = {"seconds": 7_265.5}
    mock_restore_cache_with_extra_data(hass, [(State(WATCH_TIME, "2.0"), stored)])
    await set_up(hass, entry)
    assert seconds(hass) == 7_265
    session = simulator.sessions.start(film)
    await _poll(advance, 7)
    simulator.sessions.stop(session)
    await advance(10)
    assert seconds(hass) == pytest.approx(7_335, abs=15)
    before = seconds(hass)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await imported(hass)
    assert seconds(hass) == before


async def test_each_user_and_method_has_its_own_watch_time(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    first = simulator.sessions.start(film, user=JUNIPER, method="transcode")
    second = simulator.sessions.start(film, user=KESTREL, player=BEDROOM)
    await _poll(advance, 7)
    simulator.sessions.stop(first)
    await advance(10)
    juniper = seconds(hass, JUNIPERS)
    assert juniper == pytest.approx(70, abs=15)
    assert seconds(hass, TRANSCODE) == juniper
    await _poll(advance, 3)
    simulator.sessions.stop(second)
    await advance(10)
    assert seconds(hass, JUNIPERS) == juniper
    assert seconds(hass) == seconds(hass, DIRECT) + juniper


@pytest.mark.push
async def test_stream_that_is_no_longer_reported_counts_45_seconds_at_most(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: Callable[..., Any],
) -> None:
    session = simulator.sessions.start(film)
    await run_for(20)
    simulator.sessions.stop(session, report=StopReport.NONE)
    await run_for(120, step=5)
    assert 10 <= seconds(hass) <= 66
