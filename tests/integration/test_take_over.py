"""A reinstalled server is taken over into the entry of the old one."""

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_FOLLOWED_USERS, DOMAIN
from custom_components.plex_pulse.dashboard.data import async_get_dashboard
from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, KIDS_MOVIES, MOVIES, PLAYBACK, USER_NOW_PLAYING
from tests.simulator import Item, PlexSimulator
from tests.simulator.claiming import set_claimed
from tests.simulator.users_and_players import JUNIPER

from .config_flow_helpers import paths_with_token, submit
from .conftest import Advance
from .event_recorder import EventListener
from .followed_users import follow_users
from .helpers import available_entities, entry_state, settle, state_of, state_value
from .reinstalled import (
    MACHINE_IDENTIFIER,
    REINSTALLED_TOKEN,
    devices_of,
    entities_of,
    offer_take_over,
    reinstalled_server,
)

pytestmark = pytest.mark.usefixtures("socket_enabled")


def _settings(entity: er.RegistryEntry) -> tuple[object, ...]:
    """Return what a user may have changed, and what decides where an entity is shown."""
    return (
        entity.id,
        entity.name,
        entity.area_id,
        entity.disabled_by,
        entity.hidden_by,
        entity.device_id,
        dict(entity.options),
    )


async def test_take_over_keeps_entities_devices_and_states(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    entity_registry: er.EntityRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    entity_registry.async_update_entity(MOVIES, name="Our films")
    movies_device = entity_registry.entities[MOVIES].device_id
    assert movies_device is not None
    device_registry.async_update_device(movies_device, name_by_user="Cinema")
    entities, devices = entities_of(hass, loaded_entry), devices_of(hass, loaded_entry)
    available = available_entities(hass)
    slot = async_get_dashboard(hass).slots.slot_of(str(loaded_entry.unique_id), str(JUNIPER.id))
    await simulator.stop()

    form = await offer_take_over(hass, loaded_entry, new_server)
    assert form["step_id"] == "take_over"
    placeholders = form["description_placeholders"]
    assert placeholders is not None
    assert {key: placeholders[key] for key in ("old", "new", "removed", "added")} == {
        "old": "Harbour",
        "new": "Harbour 2",
        "removed": "Kids Movies",
        "added": "Documentaries",
    }
    assert set(placeholders["kept"].split(", ")) == {
        *("Movies", "TV Shows", "Music", "Photos", "Home Videos")
    }
    result = await submit(hass, form)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "server_taken_over"

    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    assert loaded_entry.unique_id == MACHINE_IDENTIFIER
    assert loaded_entry.title == "Harbour 2"
    assert loaded_entry.data[CONF_URL] == new_server.url
    assert loaded_entry.data[CONF_TOKEN] == REINSTALLED_TOKEN
    assert loaded_entry.options[CONF_FOLLOWED_USERS] == {str(JUNIPER.id): "juniper"}

    after = entities_of(hass, loaded_entry)
    gone = {entity_id for entity_id in entities if "kids_movies" in entity_id}
    assert entities.keys() - after.keys() == gone
    for entity_id in entities.keys() - gone:
        assert _settings(after[entity_id]) == _settings(entities[entity_id]), entity_id
        assert after[entity_id].unique_id != entities[entity_id].unique_id
        assert after[entity_id].unique_id.startswith(MACHINE_IDENTIFIER)
    assert all("documentaries" in entity_id for entity_id in after.keys() - entities.keys())
    assert available - gone <= available_entities(hass)

    kept_devices = devices_of(hass, loaded_entry)
    kids = {entity.device_id for key, entity in entities.items() if key in gone}
    assert devices.keys() - kept_devices.keys() == kids
    assert kept_devices[movies_device].name_by_user == "Cinema"
    section = new_server.library.section_titled("Movies")
    assert kept_devices[movies_device].identifiers == {
        (DOMAIN, f"{MACHINE_IDENTIFIER}_{section.uuid}")
    }
    assert state_value(hass, MOVIES) == "40"
    # Since 2026.11 the name of the device comes first.
    assert state_of(hass, MOVIES).name.removeprefix("Cinema ") == "Our films"
    assert hass.states.get(KIDS_MOVIES) is None
    assert state_value(hass, USER_NOW_PLAYING.format("juniper")) == "idle"
    slots = async_get_dashboard(hass).slots
    assert slots.slot_of(MACHINE_IDENTIFIER, str(JUNIPER.id)) == slot


async def test_player_ids_and_watch_time_continue_after_a_take_over(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    film: Item,
    advance: Advance,
    playback_listener: EventListener,
) -> None:
    session = simulator.sessions.start(film)
    for _ in range(8):
        await advance(10)
    simulator.sessions.stop(session)
    await advance(10)
    (player_id,) = {event["player_id"] for event in playback_listener.events}
    watched = float(state_value(hass, "sensor.harbour_watch_time"))
    assert watched > 0
    await simulator.stop()

    await submit(hass, await offer_take_over(hass, loaded_entry, new_server))

    assert float(state_value(hass, "sensor.harbour_watch_time")) == watched
    # Nothing of the old server is reported as an event of the new one.
    events = len(playback_listener.events)
    (new_film, *_) = new_server.library.of_kind(film.kind)
    new_server.sessions.start(new_film, player=session.player)
    await advance(10)
    assert len(playback_listener.events) == events + 1
    assert state_of(hass, PLAYBACK).attributes["player_id"] == player_id


async def test_restored_database_matches_all_libraries_by_uuid(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
) -> None:
    entities = entities_of(hass, loaded_entry)
    async with reinstalled_server(clock, keeps_database=True) as server:
        server.library.section_titled("Movies").title = "Films"
        form = await offer_take_over(hass, loaded_entry, server)
        assert form["description_placeholders"] is not None
        assert form["description_placeholders"]["removed"] == "-"
        assert form["description_placeholders"]["added"] == "-"
        await submit(hass, form)
        assert entities_of(hass, loaded_entry).keys() == entities.keys()
        assert state_value(hass, MOVIES) == "40"


async def test_libraries_of_one_name_are_matched_only_if_as_many_exist(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    simulator.library.add_section("Movies", "movie")
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)

    form = await offer_take_over(hass, entry, new_server)

    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["removed"] == "Movies, Kids Movies, Movies"
    new_server.library.add_section("Movies", "movie")
    hass.config_entries.flow.async_abort(form["flow_id"])
    form = await offer_take_over(hass, entry, new_server)
    assert form["description_placeholders"] is not None
    assert form["description_placeholders"]["removed"] == "Kids Movies"
    assert form["description_placeholders"]["added"] == "Documentaries"


async def test_custom_title_of_the_entry_stays(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, new_server: PlexSimulator
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, title="Living room")
    await submit(hass, await offer_take_over(hass, loaded_entry, new_server))
    assert loaded_entry.title == "Living room"


async def test_unclaimed_server_is_taken_over_without_a_token(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, new_server: PlexSimulator
) -> None:
    set_claimed(new_server.state, is_claimed=False)
    form = await offer_take_over(hass, loaded_entry, new_server, token="")
    assert form["step_id"] == "take_over"
    assert paths_with_token(new_server) == set()
    await submit(hass, form)
    assert loaded_entry.data[CONF_TOKEN] == ""
    assert state_value(hass, CONNECTED) == STATE_ON


async def test_ignored_discovery_of_the_new_server_is_removed(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, new_server: PlexSimulator
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, unique_id=MACHINE_IDENTIFIER, source=SOURCE_IGNORE)
    ignored.add_to_hass(hass)
    await submit(hass, await offer_take_over(hass, loaded_entry, new_server))
    assert hass.config_entries.async_entries(DOMAIN) == [loaded_entry]
