"""Libraries that come, go, change their name or fail while Home Assistant runs."""

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
from .support import reading, set_up, state_of_entry, update_entities

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


async def test_counts_follow_the_libraries(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert reading(hass, MOVIES) == "40"
    film = simulator.library.add_item(
        Kind.MOVIE, "The Ninth Wave", simulator.library.section_titled("Movies")
    )
    await advance(HOUR)
    assert reading(hass, MOVIES) == "41"
    simulator.library.remove_item(film)
    await advance(HOUR)
    assert reading(hass, MOVIES) == "40"


async def test_collections_are_no_movies_and_every_photo_counts(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    listings = [request.query for request in simulator.requests if "type" in request.query]
    assert {query["includeCollections"] for query in listings} == {"0"}
    # Unasked for single photos a server counts the moments that it folds them into.
    assert {query["type"] for query in listings if "clusterZoomLevel" in query} == {"13"}
    assert reading(hass, MOVIES) == "40"
    assert reading(hass, "sensor.harbour_photos_photos") == "32"
    assert reading(hass, "sensor.harbour_photos_photo_albums") == "3"


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
    assert reading(hass, "sensor.harbour_concerts_movies") == "1"
    device = _device(device_registry, loaded_entry, section)
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, simulator.state.machine_identifier), loaded_entry.entry_id
    )
    assert device is not None
    assert server is not None
    assert device.name == "Harbour Concerts"
    assert device.via_device_id == server.id
    # One poll was enough, and nothing was loaded anew.
    assert simulator.count("/media/providers") == 1
    assert state_of_entry(loaded_entry) is ConfigEntryState.LOADED


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
    assert reading(hass, MOVIES) == "40"


async def test_a_library_that_is_gone_takes_its_device_along_and_may_return(
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
    assert reading(hass, MOVIES) == "40"

    simulator.library.sections[section.key] = section
    simulator.library.items.update(items)
    await advance(HOUR)
    assert _device(device_registry, loaded_entry, section) is not None
    assert reading(hass, KIDS_MOVIES) == "8"


async def test_a_library_that_only_one_answer_lacks_is_kept(
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
    assert reading(hass, KIDS_MOVIES) == "8"
    await advance(HOUR)
    assert reading(hass, KIDS_MOVIES) == "8"


async def test_a_library_is_kept_while_nobody_can_confirm_that_it_is_gone(
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
    assert reading(hass, KIDS_MOVIES) == STATE_UNAVAILABLE
    # The next look comes a minute later, and gets its confirmation.
    await advance(60)
    assert _device(device_registry, loaded_entry, section) is None
    assert reading(hass, MOVIES) == "40"


async def test_a_server_that_is_starting_costs_no_device(
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
    assert reading(hass, MOVIES) == STATE_UNAVAILABLE

    simulator.library.sections.update(sections)
    simulator.library.items.update(items)
    simulator.starting_plugins = False
    await advance(60)
    assert reading(hass, MOVIES) == "40"


async def test_a_library_that_fails_alone_keeps_what_was_known_of_it(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    for section in simulator.library.sections.values():
        if section.title in {"Movies", "Kids Movies"}:
            simulator.library.add_item(Kind.MOVIE, "The Ninth Wave", section)
    simulator.faults.add("/library/sections/1/all", Fault.status(404))
    simulator.faults.add("/library/sections/2/all", Fault.html())
    await advance(HOUR)
    assert reading(hass, MOVIES) == "40"
    assert reading(hass, KIDS_MOVIES) == "9"
    await advance(HOUR)
    assert reading(hass, MOVIES) == "41"


@pytest.mark.parametrize("status", [404, 500])
async def test_a_library_that_could_never_be_counted_is_unknown_and_costs_the_others_nothing(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    status: int,
) -> None:
    simulator.faults.add("/library/sections/1/all", Fault.status(status), times=None)
    await set_up(hass, entry)
    for _ in range(2):
        assert reading(hass, MOVIES) == STATE_UNKNOWN
        assert reading(hass, KIDS_MOVIES) == "8"
        await advance(HOUR)
    simulator.faults.clear()
    await advance(HOUR)
    assert reading(hass, MOVIES) == "40"


async def test_seasons_are_counted_once_somebody_wants_to_see_them(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    entity_registry: er.EntityRegistry,
) -> None:
    everything = _counted(simulator)
    assert "2:3" not in everything
    entity_registry.async_update_entity(SEASONS, disabled_by=None)
    # Home Assistant loads the entry anew half a minute later.
    simulator.clear_requests()
    await advance(31)
    assert reading(hass, SEASONS) == "9"
    assert _counted(simulator) == everything | {"2:3"}
    unknown = {state.entity_id for state in hass.states.async_all() if state.state == STATE_UNKNOWN}
    assert not {entity_id for entity_id in unknown if entity_id.startswith(LIBRARY_SENSORS)}


async def test_a_library_that_looks_the_same_is_counted_once_a_day(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    everything = _counted(simulator)
    for _ in range(2):
        for _ in range(23):
            simulator.clear_requests()
            await advance(HOUR)
            assert simulator.count("/media/providers") == 1
            assert not _counted(simulator)
        await advance(HOUR)
        assert _counted(simulator) == everything


async def test_what_nobody_wants_to_see_is_not_counted(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    entity_registry: er.EntityRegistry,
) -> None:
    everything = _counted(simulator)
    entity_registry.async_update_entity(
        "sensor.harbour_music_tracks", disabled_by=er.RegistryEntryDisabler.USER
    )
    await advance(31)
    simulator.clear_requests()
    for _ in range(24):
        await advance(HOUR)
    assert _counted(simulator) == everything - {"3:10"}


async def test_an_entity_can_be_updated_out_of_turn(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.library.add_item(
        Kind.MOVIE, "The Ninth Wave", simulator.library.section_titled("Movies")
    )
    await update_entities(hass, MOVIES)
    assert reading(hass, MOVIES) == "41"
