"""A take-over that fails or is refused changes nothing."""

from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import MOVIES
from tests.simulator import PlexSimulator
from tests.simulator.users_and_players import JUNIPER

from .config_flow_helpers import assert_error, paths_with_token, submit
from .conftest import TOKEN
from .followed_users import follow_users
from .helpers import entry_state, state_value
from .reinstalled import MACHINE_IDENTIFIER, devices_of, entities_of, offer_take_over

pytestmark = pytest.mark.usefixtures("socket_enabled")


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
    entities, devices = entities_of(hass, loaded_entry), devices_of(hass, loaded_entry)
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
        key: entity.unique_id for key, entity in entities_of(hass, loaded_entry).items()
    } == unique_ids
    assert {
        key: device.identifiers for key, device in devices_of(hass, loaded_entry).items()
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
