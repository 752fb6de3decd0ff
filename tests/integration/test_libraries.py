"""Libraries that are added, removed, renamed or fail while Home Assistant runs."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import KIDS_MOVIES, MOVIES
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind, Section

from .conftest import Advance
from .helpers import entry_state, set_up, state_value, update_entities

SEASONS = "sensor.harbour_tv_shows_seasons"
LIBRARY_SENSORS = ("sensor.harbour_tv", "sensor.harbour_movies", "sensor.harbour_music")
HOUR = 3600


def _device(
    devices: dr.DeviceRegistry, entry: MockConfigEntry, section: Section
) -> dr.DeviceEntry | None:
    return devices.async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{section.uuid}"), entry.entry_id
    )


def _counted(simulator: PlexSimulator) -> set[str]:
    """Return the libraries and types that were counted."""
    return {
        f"{request.path.split('/')[3]}:{request.query['type']}"
        for request in simulator.requests
        if request.path.endswith("/all")
    }


async def test_counts_change_with_the_libraries(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert state_value(hass, MOVIES) == "40"
    film = simulator.library.add_item(
        Kind.MOVIE, "The Ninth Wave", simulator.library.section_titled("Movies")
    )
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "41"
    simulator.library.remove_item(film)
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "40"


async def test_collections_are_not_counted_and_every_photo_is(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    listings = [request.query for request in simulator.requests if "type" in request.query]
    assert {query["includeCollections"] for query in listings} == {"0"}
    # Without this parameter a server counts groups of photos instead of photos.
    assert {query["type"] for query in listings if "clusterZoomLevel" in query} == {"13"}
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, "sensor.harbour_photos_photos") == "32"
    assert state_value(hass, "sensor.harbour_photos_photo_albums") == "3"


async def test_a_new_library_appears_with_device_and_count(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
) -> None:
    section = simulator.library.add_section("Concerts", "movie")
    simulator.library.add_item(Kind.MOVIE, "Rooted, live", section)
    simulator.clear_requests()
    await advance(HOUR)
    assert state_value(hass, "sensor.harbour_concerts_movies") == "1"
    device = _device(device_registry, loaded_entry, section)
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, simulator.state.machine_identifier), loaded_entry.entry_id
    )
    assert device is not None
    assert server is not None
    assert device.name == "Harbour Concerts"
    assert device.via_device_id == server.id
    # One poll was enough, without a reload.
    assert simulator.count("/media/providers") == 1
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED


async def test_a_renamed_library_keeps_its_entities(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    section = simulator.library.section_titled("Movies")
    before = set(entity_registry.entities)
    simulator.library.rename_section(section, "Films")
    simulator.state.friendly_name = "Quay"
    await advance(HOUR)
    device = _device(device_registry, loaded_entry, section)
    assert device is not None
    assert device.name == "Quay Films"
    assert set(entity_registry.entities) == before
    assert state_value(hass, MOVIES) == "40"


async def test_a_removed_library_loses_its_device_and_may_return(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    section = simulator.library.section_titled("Kids Movies")
    items = dict(simulator.library.items)
    simulator.library.remove_section(section)
    await advance(HOUR)
    assert _device(device_registry, loaded_entry, section) is None
    assert hass.states.get(KIDS_MOVIES) is None
    assert entity_registry.async_get(KIDS_MOVIES) is None
    assert state_value(hass, MOVIES) == "40"

    simulator.library.sections[section.key] = section
    simulator.library.items.update(items)
    await advance(HOUR)
    assert _device(device_registry, loaded_entry, section) is not None
    assert state_value(hass, KIDS_MOVIES) == "8"


async def test_a_library_missing_from_one_response_is_kept(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
) -> None:
    section = simulator.library.section_titled("Kids Movies")
    simulator.faults.add(
        "/media/providers",
        Fault.wrong_json(
            {
                "MediaContainer": {
                    "machineIdentifier": simulator.state.machine_identifier,
                    "friendlyName": "Harbour",
                }
            }
        ),
    )
    await advance(HOUR)
    assert _device(device_registry, loaded_entry, section) is not None
    assert state_value(hass, KIDS_MOVIES) == "8"
    await advance(HOUR)
    assert state_value(hass, KIDS_MOVIES) == "8"


async def test_a_missing_library_is_kept_until_its_removal_is_confirmed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
) -> None:
    section = simulator.library.section_titled("Kids Movies")
    simulator.library.remove_section(section)
    simulator.faults.add("/library/sections", Fault.status(500), times=4)
    await advance(HOUR)
    assert _device(device_registry, loaded_entry, section) is not None
    assert state_value(hass, KIDS_MOVIES) == STATE_UNAVAILABLE
    # The next poll, a minute later, confirms it.
    await advance(60)
    assert _device(device_registry, loaded_entry, section) is None
    assert state_value(hass, MOVIES) == "40"


async def test_a_starting_server_removes_no_device(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    device_registry: dr.DeviceRegistry,
) -> None:
    sections = dict(simulator.library.sections)
    items = dict(simulator.library.items)
    for section in sections.values():
        simulator.library.remove_section(section)
    simulator.starting_plugins = True
    await advance(HOUR)
    assert len(dr.async_entries_for_config_entry(device_registry, loaded_entry.entry_id)) == 7
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE

    simulator.library.sections.update(sections)
    simulator.library.items.update(items)
    simulator.starting_plugins = False
    await advance(60)
    assert state_value(hass, MOVIES) == "40"


async def test_a_library_whose_count_fails_keeps_its_last_count(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    for section in simulator.library.sections.values():
        if section.title in {"Movies", "Kids Movies"}:
            simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", section)
    simulator.faults.add("/library/sections/1/all", Fault.status(404))
    simulator.faults.add("/library/sections/2/all", Fault.html())
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "40"
    assert state_value(hass, KIDS_MOVIES) == "9"
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "41"


@pytest.mark.parametrize("status", [404, 500])
async def test_a_library_that_was_never_counted_is_unknown(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    status: int,
) -> None:
    simulator.faults.add("/library/sections/1/all", Fault.status(status), times=None)
    await set_up(hass, entry)
    for _ in range(2):
        # The sleeps before retries advance the time of other requests in flight as well.
        await advance(10)
        assert state_value(hass, MOVIES) == STATE_UNKNOWN
        assert state_value(hass, KIDS_MOVIES) == "8"
        await advance(HOUR)
    simulator.faults.clear()
    await advance(HOUR)
    assert state_value(hass, MOVIES) == "40"


async def test_seasons_are_counted_once_the_sensor_is_enabled(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    entity_registry: er.EntityRegistry,
) -> None:
    all_counts = _counted(simulator)
    assert "2:3" not in all_counts
    entity_registry.async_update_entity(SEASONS, disabled_by=None)
    # Home Assistant reloads the entry half a minute later.
    simulator.clear_requests()
    await advance(31)
    assert state_value(hass, SEASONS) == "9"
    assert _counted(simulator) == all_counts | {"2:3"}
    unknown = {state.entity_id for state in hass.states.async_all() if state.state == STATE_UNKNOWN}
    assert not {entity_id for entity_id in unknown if entity_id.startswith(LIBRARY_SENSORS)}


async def test_an_unchanged_library_is_counted_once_a_day(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    all_counts = _counted(simulator)
    for _ in range(2):
        for _ in range(23):
            simulator.clear_requests()
            await advance(HOUR)
            assert simulator.count("/media/providers") == 1
            assert not _counted(simulator)
        await advance(HOUR)
        assert _counted(simulator) == all_counts


async def test_types_without_an_enabled_sensor_are_not_counted(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    entity_registry: er.EntityRegistry,
) -> None:
    all_counts = _counted(simulator)
    entity_registry.async_update_entity(
        "sensor.harbour_music_tracks", disabled_by=er.RegistryEntryDisabler.USER
    )
    await advance(31)
    simulator.clear_requests()
    for _ in range(24):
        await advance(HOUR)
    assert _counted(simulator) == all_counts - {"3:10"}


async def test_update_entity_refreshes_the_libraries(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.library.add_item(
        Kind.MOVIE, "The Ninth Wave", simulator.library.section_titled("Movies")
    )
    await update_entities(hass, MOVIES)
    assert state_value(hass, MOVIES) == "41"
