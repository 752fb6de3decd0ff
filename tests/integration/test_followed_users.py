"""Followed users have a device each, until they are unfollowed."""

from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, KESTREL

from .conftest import TOKEN, Advance
from .followed_users import JUNIPERS, PICTURE, device_of, follow_users
from .helpers import SHARED_TOKEN, set_up, settle, state_value


async def test_a_followed_user_has_a_device_below_the_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)

    device = device_of(device_registry, loaded_entry, JUNIPER)
    assert device is not None
    assert (device.name, device.model) == ("Harbour juniper", "User")
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, str(loaded_entry.unique_id)), loaded_entry.entry_id
    )
    assert server is not None
    assert device.via_device_id == server.id
    sensor = entity_registry.async_get(JUNIPERS)
    assert sensor is not None
    assert sensor.device_id == device.id
    assert sensor.unique_id == f"{loaded_entry.unique_id}_{JUNIPER.id}_now_playing"
    assert device_of(device_registry, loaded_entry, KESTREL) is None


async def test_an_unfollowed_user_loses_device_and_entities(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    before = set(entity_registry.entities)
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)

    await follow_users(hass, loaded_entry, KESTREL)
    assert device_of(device_registry, loaded_entry, JUNIPER) is None
    assert hass.states.get(JUNIPERS) is None
    assert hass.states.get(PICTURE) is None
    assert device_of(device_registry, loaded_entry, KESTREL) is not None

    await follow_users(hass, loaded_entry)
    assert device_of(device_registry, loaded_entry, KESTREL) is None
    assert set(entity_registry.entities) == before


async def test_with_a_shared_token_the_entities_of_users_are_unavailable(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    simulator.add_shared_token(SHARED_TOKEN, [1])

    async def use(token: str) -> None:
        hass.config_entries.async_update_entry(
            loaded_entry, data={**loaded_entry.data, CONF_TOKEN: token}
        )
        await hass.config_entries.async_unload(loaded_entry.entry_id)
        await set_up(hass, loaded_entry)

    await use(SHARED_TOKEN)
    # The device is kept with its settings until the user is unfollowed.
    assert device_of(device_registry, loaded_entry, JUNIPER) is not None
    assert state_value(hass, JUNIPERS) == state_value(hass, PICTURE) == STATE_UNAVAILABLE

    await use(TOKEN)
    assert device_of(device_registry, loaded_entry, JUNIPER) is not None
    assert state_value(hass, JUNIPERS) == "idle"


async def test_following_users_costs_one_request_at_setup(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    async def reload_paths() -> list[str]:
        simulator.clear_requests()
        await hass.config_entries.async_reload(loaded_entry.entry_id)
        await settle(hass)
        return sorted(request.path for request in simulator.requests)

    before = await reload_paths()
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    assert await reload_paths() == sorted([*before, "/accounts"])


@pytest.mark.parametrize("is_playing", [False, True])
async def test_a_renamed_user_keeps_the_device_with_the_new_name(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    films: list[Item],
    advance: Advance,
    is_playing: bool,
) -> None:
    """The name is read once a day, and with each stream from an hour after the start on."""
    await follow_users(hass, loaded_entry, JUNIPER)
    before = device_of(device_registry, loaded_entry, JUNIPER)
    assert before is not None
    accounts = [{"id": 1, "name": "marlow"}, {"id": JUNIPER.id, "name": "juniper.berry"}]
    answer = Fault.wrong_json({"MediaContainer": {"size": 2, "Account": accounts}})
    simulator.faults.add("/accounts", answer, times=None)
    user = {"id": str(JUNIPER.id), "title": "juniper.berry"}
    stream = {"sessionKey": "1", "title": "x", "User": user}
    if is_playing:
        await advance(3600)
        simulator.faults.add(
            "/status/sessions", Fault.wrong_json({"MediaContainer": {"Metadata": [stream]}})
        )
        await advance(10)
    else:
        for _ in range(24):
            await advance(3600)
    after = device_of(device_registry, loaded_entry, JUNIPER)
    assert after is not None
    assert (after.id, after.name) == (before.id, "Harbour juniper.berry")
    assert state_value(hass, JUNIPERS) is not None

    simulator.clear_requests()
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    after = device_of(device_registry, loaded_entry, JUNIPER)
    assert after is not None
    assert after.name == "Harbour juniper.berry"
    assert simulator.count("/accounts") == 1


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_an_error_during_a_reload_removes_no_device(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    status: int,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    before = {device.id for device in device_registry.devices}
    providers = {
        "MediaContainer": {
            "machineIdentifier": str(loaded_entry.unique_id),
            "friendlyName": "Harbour",
            "version": "1.43.4",
            "MediaProvider": [],
        }
    }
    simulator.faults.add("/media/providers", Fault.wrong_json(providers))
    simulator.faults.add("/library/sections", Fault.status(status), times=4)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    assert {device.id for device in device_registry.devices} == before

    simulator.faults.clear()
    simulator.faults.add("/media/providers", Fault.wrong_json(providers), times=None)
    sections = Fault.wrong_json({"MediaContainer": {"size": 0}})
    simulator.faults.add("/library/sections", sections, times=None)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    remaining = {device.name for device in device_registry.devices}
    assert remaining == {"Harbour", "Harbour juniper"}
