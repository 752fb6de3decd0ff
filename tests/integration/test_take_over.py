"""A reinstalled server is taken over into the entry of the old one."""

from collections.abc import AsyncGenerator, Mapping
from http import HTTPStatus
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import (
    CONF_ACCOUNT_TOKEN,
    CONF_FOLLOWED_USERS,
    DOMAIN,
)
from custom_components.plex_pulse.dashboard.data import async_get_dashboard
from tests.clocks import FreezerClock
from tests.entity_ids import CONNECTED, KIDS_MOVIES, MOVIES, PLAYBACK, STREAMS, USER_NOW_PLAYING
from tests.simulator import Item, PlexSimulator, PlexTvSimulator
from tests.simulator.claiming import set_claimed
from tests.simulator.plextv_accounts import PlexAccount
from tests.simulator.users_and_players import JUNIPER

from .config_flow_helpers import assert_error, options_of, paths_with_token, submit
from .conftest import ACCESS_TOKEN, TOKEN, Advance, list_server
from .event_recorder import EventListener
from .followed_users import follow_users
from .helpers import available_entities, entry_state, settle, state_of, state_value
from .plex_tv_sign_in import approve, open_plex_sign_in
from .reinstalled import (
    MACHINE_IDENTIFIER,
    REINSTALLED_TOKEN,
    offer_take_over,
    reinstalled_server,
)
from .relocation_helpers import issue_keys

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def new_server(clock: FreezerClock) -> AsyncGenerator[PlexSimulator]:
    """Return the reinstalled server, which refuses the token of the old one."""
    server = reinstalled_server(clock)
    await server.start(host="127.0.0.1", port=0)
    yield server
    await server.stop()


def _entities(hass: HomeAssistant, entry: MockConfigEntry) -> Mapping[str, er.RegistryEntry]:
    """Return the registered entities by entity id."""
    registry = er.async_get(hass)
    return {
        entity.entity_id: entity
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    }


def _devices(hass: HomeAssistant, entry: MockConfigEntry) -> Mapping[str, dr.DeviceEntry]:
    """Return the registered devices by id."""
    registry = dr.async_get(hass)
    return {
        device.id: device for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
    }


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
    entities, devices = _entities(hass, loaded_entry), _devices(hass, loaded_entry)
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

    after = _entities(hass, loaded_entry)
    gone = {entity_id for entity_id in entities if "kids_movies" in entity_id}
    assert entities.keys() - after.keys() == gone
    for entity_id in entities.keys() - gone:
        assert _settings(after[entity_id]) == _settings(entities[entity_id]), entity_id
        assert after[entity_id].unique_id != entities[entity_id].unique_id
        assert after[entity_id].unique_id.startswith(MACHINE_IDENTIFIER)
    assert all("documentaries" in entity_id for entity_id in after.keys() - entities.keys())
    assert available - gone <= available_entities(hass)

    kept_devices = _devices(hass, loaded_entry)
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
    entities = _entities(hass, loaded_entry)
    async with reinstalled_server(clock, keeps_database=True) as server:
        server.library.section_titled("Movies").title = "Films"
        form = await offer_take_over(hass, loaded_entry, server)
        assert form["description_placeholders"] is not None
        assert form["description_placeholders"]["removed"] == "-"
        assert form["description_placeholders"]["added"] == "-"
        await submit(hass, form)
        assert _entities(hass, loaded_entry).keys() == entities.keys()
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


@pytest.mark.parametrize(
    "target",
    [
        "custom_components.plex_pulse.takeover.stored_files.StoredState.async_replace",
        "homeassistant.config_entries.ConfigEntries.async_update_entry",
        "homeassistant.helpers.entity_registry.EntityRegistry.async_update_entity",
    ],
)
async def test_failure_in_between_changes_nothing(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    hass_storage: dict[str, Any],
    target: str,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    entities, devices = _entities(hass, loaded_entry), _devices(hass, loaded_entry)
    unique_ids = {key: entity.unique_id for key, entity in entities.items()}
    identifiers = {key: device.identifiers for key, device in devices.items()}
    data = dict(loaded_entry.data)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    stored = hass_storage[f"plex_pulse.{loaded_entry.entry_id}"]["data"]
    form = await offer_take_over(hass, loaded_entry, new_server)

    with patch(target, side_effect=_fails_once()):
        form = await submit(hass, form)

    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": "take_over_failed"}
    assert loaded_entry.unique_id == simulator.state.machine_identifier
    assert dict(loaded_entry.data) == data
    assert {
        key: entity.unique_id for key, entity in _entities(hass, loaded_entry).items()
    } == unique_ids
    assert {
        key: device.identifiers for key, device in _devices(hass, loaded_entry).items()
    } == identifiers
    assert hass_storage[f"plex_pulse.{loaded_entry.entry_id}"]["data"] == stored
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    assert state_value(hass, MOVIES) == "40"
    result = await submit(hass, form)
    assert result["reason"] == "server_taken_over"
    assert loaded_entry.unique_id == MACHINE_IDENTIFIER


def _fails_once() -> Any:  # noqa: ANN401 - a side effect of a mock
    """Return a side effect that raises on its first call only, and then changes nothing."""
    calls = 0

    def fail(*_args: object, **_kwargs: object) -> None:
        nonlocal calls
        calls += 1
        if calls == 1:
            raise OSError

    return fail


async def test_unloading_that_fails_changes_nothing(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    form = await offer_take_over(hass, loaded_entry, new_server)
    with patch.object(hass.config_entries, "async_unload", return_value=False):
        form = await submit(hass, form)
    assert_error(form, "take_over_failed")
    assert loaded_entry.unique_id == simulator.state.machine_identifier


async def test_other_server_gets_neither_the_old_token_nor_an_entry(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    form = await offer_take_over(hass, loaded_entry, new_server, token="")
    assert_error(form, "wrong_server")
    assert paths_with_token(new_server) == set()

    form = await submit(hass, form, url=new_server.url, token="canary-wrong", verify_ssl=True)
    assert_error(form, "invalid_auth")
    assert not any(TOKEN in repr(request) for request in new_server.requests)
    assert loaded_entry.unique_id == simulator.state.machine_identifier


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


async def test_server_of_another_entry_is_not_taken_over(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    second_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
) -> None:
    result = await offer_take_over(hass, loaded_entry, other_server, TOKEN)
    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == "already_configured"
    assert loaded_entry.unique_id == simulator.state.machine_identifier


async def test_ignored_discovery_of_the_new_server_is_removed(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, new_server: PlexSimulator
) -> None:
    ignored = MockConfigEntry(domain=DOMAIN, unique_id=MACHINE_IDENTIFIER, source=SOURCE_IGNORE)
    ignored.add_to_hass(hass)
    await submit(hass, await offer_take_over(hass, loaded_entry, new_server))
    assert hass.config_entries.async_entries(DOMAIN) == [loaded_entry]


async def test_sign_in_offers_servers_that_could_replace_a_missing_one(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    loaded_entry: MockConfigEntry,
    new_server: PlexSimulator,
) -> None:
    plextv.add_account("owner", "canary-account-token")
    new_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, new_server)
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))

    form = await approve(hass, plextv, step)

    assert form["step_id"] == "replacement"
    assert new_server.requests == []
    assert options_of(form, "server") == {"Harbour 2": MACHINE_IDENTIFIER}
    form = await submit(hass, form, server=MACHINE_IDENTIFIER)
    assert form["step_id"] == "take_over"
    result = await submit(hass, form)
    assert result["reason"] == "server_taken_over"
    assert loaded_entry.data[CONF_TOKEN] == ACCESS_TOKEN
    assert loaded_entry.data[CONF_ACCOUNT_TOKEN] == "canary-account-token"
    assert loaded_entry.unique_id == MACHINE_IDENTIFIER


async def test_sign_in_offers_others_when_the_listed_server_is_unreachable(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
) -> None:
    """plex.tv lists the old installation for weeks."""
    new_server.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, new_server)
    await simulator.stop()
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))

    form = await approve(hass, plextv, step)

    assert_error(form, "cannot_connect")
    assert set(options_of(form, "server").values()) == {
        simulator.state.machine_identifier,
        MACHINE_IDENTIFIER,
    }
    form = await submit(hass, form, server=MACHINE_IDENTIFIER)
    assert form["step_id"] == "take_over"


async def test_account_without_any_server_cannot_reconfigure(
    hass: HomeAssistant, plextv: PlexTvSimulator, loaded_entry: MockConfigEntry
) -> None:
    plextv.add_account("owner", "canary-account-token")
    step = await open_plex_sign_in(hass, await loaded_entry.start_reconfigure_flow(hass))
    form = await approve(hass, plextv, step)
    assert form["errors"] == {"base": "wrong_account"}


async def _fix(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> dict[str, Any]:
    """Submit the repair of the wrong server, and return its result."""
    assert await async_setup_component(hass, "repairs", {})
    client = await hass_client()
    issue_id = f"wrong_server_{entry.entry_id}"
    answer = await client.post(
        "/api/repairs/issues/fix", json={"handler": DOMAIN, "issue_id": issue_id}
    )
    assert answer.status == HTTPStatus.OK
    flow = await answer.json()
    assert flow["description_placeholders"] == {"name": "Harbour", "server": "Harbour"}
    answer = await client.post(f"/api/repairs/issues/fix/{flow['flow_id']}", json={})
    result: dict[str, Any] = await answer.json()
    return result


async def test_repair_of_a_wrong_server_takes_the_new_one_over(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await new_server.stop()
    await new_server.start(port=simulator.port)
    await advance(61)
    assert issue_keys(hass) == {"wrong_server"}

    result = await _fix(hass, hass_client, loaded_entry)

    assert result["type"] == "abort"
    assert result["reason"] == "reconfigure_opened"
    # The issue stays until the server is the expected one again.
    assert issue_keys(hass) == {"wrong_server"}
    kind, flow_id = result["next_flow"]
    assert kind == "config_flow"
    assert paths_with_token(new_server) == set()
    form = await hass.config_entries.flow.async_configure(
        flow_id, {"next_step_id": "reconfigure_manual"}
    )
    form = await submit(hass, form, url=new_server.url, token=REINSTALLED_TOKEN, verify_ssl=True)
    assert (await submit(hass, form))["reason"] == "server_taken_over"
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) != STATE_UNAVAILABLE
    assert not issue_keys(hass)


async def test_repair_explains_where_to_reconfigure_on_older_home_assistant(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    new_server: PlexSimulator,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await new_server.stop()
    await new_server.start(port=simulator.port)
    await advance(61)
    with patch("custom_components.plex_pulse.repairs.FlowType", None):
        result = await _fix(hass, hass_client, loaded_entry)
    assert result["reason"] == "reconfigure_entry"
    assert issue_keys(hass) == {"wrong_server"}
