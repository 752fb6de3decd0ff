"""Streams that were stored before a restart, but cannot be restored, or checked at once."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PLAYBACK
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import BEDROOM, JUNIPER

from .conftest import Advance
from .event_recorder import EventListener
from .helpers import set_up

# A film of 88 minutes; 90 % of them are over after 79 minutes and 12 seconds.
LATE = 70 * 60_000
HISTORY_PATH = "/status/sessions/history/all"

_DAMAGES: dict[str, Any] = {
    "a text instead of a stream": lambda stored: stored.update(playback="playing"),
    "no session": lambda stored: stored["playback"].pop("session"),
    "a text instead of a position": lambda stored: stored["playback"]["session"].update(
        view_offset="late"
    ),
    "no time": lambda stored: stored.pop("at"),
    "no key": lambda stored: stored.update(key=None),
}


@pytest.fixture
def listener(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> EventListener:
    """Return a recorder of the playback events."""
    return EventListener(hass, PLAYBACK)


@pytest.mark.parametrize("damage", _DAMAGES)
async def test_stored_stream_of_another_version_is_ignored(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    hass_storage: dict[str, Any],
    damage: str,
) -> None:
    """The other streams are restored, and what plays is reported as started."""
    damaged = simulator.sessions.start(film)
    other = simulator.sessions.start(film, user=JUNIPER, player=BEDROOM)
    await advance(10)
    assert len(listener.new_events) == 2
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    stored = hass_storage[f"plex_pulse.{loaded_entry.entry_id}"]["data"]["playbacks"]
    _DAMAGES[damage](stored[0])
    simulator.sessions.stop(damaged)
    simulator.sessions.stop(other)
    await set_up(hass, loaded_entry)
    assert listener.new_events == [("stopped", film.title)]


async def test_file_of_a_newer_version_is_ignored(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    hass_storage: dict[str, Any],
) -> None:
    """As after a downgrade: the entry is set up, and what happened meanwhile is unknown."""
    session = simulator.sessions.start(film)
    await advance(10)
    assert listener.new_events
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    hass_storage[f"plex_pulse.{loaded_entry.entry_id}"]["version"] = 99
    simulator.sessions.stop(session)
    await set_up(hass, loaded_entry)
    assert listener.new_events == []
    simulator.sessions.start(film)
    await advance(10)
    assert listener.new_events == [("started", film.title)]


@pytest.mark.parametrize(
    ("fault", "kinds"),
    [
        (Fault.status(503), ["stopped", "watched"]),
        (Fault.status(403), ["stopped"]),
    ],
)
async def test_history_that_fails_at_first_is_read_again_unless_refused(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
    fault: Fault,
    kinds: list[str],
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.seek(session, LATE)
    await advance(10)
    assert listener.new_events
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.sessions.seek(session, 86 * 60_000)
    simulator.sessions.stop(session)
    # More often than the client itself repeats a request.
    simulator.faults.add(HISTORY_PATH, fault, times=5)
    await set_up(hass, loaded_entry)
    await advance(61)
    await advance(61)
    assert listener.new_events == [(kind, film.title) for kind in kinds]


async def test_history_that_keeps_failing_reports_nothing_as_watched(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    listener: EventListener,
    simulator: PlexSimulator,
    advance: Advance,
    film: Item,
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.seek(session, LATE)
    await advance(10)
    assert listener.new_events
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    simulator.sessions.seek(session, 86 * 60_000)
    simulator.sessions.stop(session)
    simulator.faults.add(HISTORY_PATH, Fault.status(503), times=None)
    await set_up(hass, loaded_entry)
    for _ in range(5):
        await advance(61)
    assert listener.new_events == [("stopped", film.title)]
    requests = simulator.count(HISTORY_PATH)
    for _ in range(5):
        await advance(61)
    assert simulator.count(HISTORY_PATH) == requests
