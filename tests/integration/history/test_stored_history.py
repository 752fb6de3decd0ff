"""The stored history: a file that cannot be used is read from the server again."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.followed_users import follow_users
from tests.simulator import PlexSimulator
from tests.simulator.users_and_players import JUNIPER

from .conftest import HISTORY_PATH, ReadStatistics, imported, set_up

type Damage = Callable[[dict[str, Any]], object]

_DAMAGES: dict[str, Damage] = {
    "newer version": lambda stored: stored.update(version=99),
    "missing column": lambda stored: stored["data"]["columns"].pop("at"),
    "column of another length": lambda stored: stored["data"]["columns"].update(
        at=stored["data"]["length_keys"]
    ),
    "column that is not compressed": lambda stored: stored["data"]["columns"].update(at="AAAA"),
}


@pytest.mark.parametrize("damage", _DAMAGES)
async def test_unusable_file_is_replaced_by_the_history_of_the_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    hass_storage: dict[str, Any],
    damage: str,
) -> None:
    await imported(hass)
    before = await read_statistics(plays)
    key = f"plex_pulse.history.{loaded_entry.entry_id}"
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    good = dict(hass_storage[key]["data"])
    _DAMAGES[damage](hass_storage[key])
    simulator.clear_requests()
    await set_up(hass, loaded_entry)
    first = next(request for request in simulator.requests if request.path == HISTORY_PATH)
    assert first.query["X-Plex-Container-Start"] == "0"
    # Neither doubled nor lost.
    assert await read_statistics(plays) == before
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert hass_storage[key]["version"] == 1
    assert hass_storage[key]["data"]["items"] == good["items"]


async def test_stored_history_is_private_and_has_no_names_of_users(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    await imported(hass)
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    stored = str(hass_storage[f"plex_pulse.history.{loaded_entry.entry_id}"])
    assert "The Lost Reel" in stored
    assert not any(name in stored for name in ("juniper", "kestrel", "tansy", "marlow"))
