"""What saving another connection of a server changes."""

from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.connection.moves import (
    MoveSource,
    async_reload_moved,
    async_save_connection,
)
from custom_components.plex_pulse.shared_state import async_get_shared
from tests.clocks import FreezerClock

from .helpers import log_messages


async def test_connection_that_is_saved_already_is_no_move(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    clock: FreezerClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    saved = dict(entry.data)
    assert not async_save_connection(hass, entry, saved, MoveSource.ACCOUNT)
    assert not async_get_shared(hass).moves
    assert not log_messages(caplog)

    moved = {**saved, CONF_URL: "http://192.0.2.7:32400"}
    assert async_save_connection(hass, entry, moved, MoveSource.ACCOUNT)
    assert entry.data == moved
    assert [move.found_by for move in async_get_shared(hass).moves[entry.entry_id]] == ["account"]


@pytest.mark.parametrize(
    ("state", "is_reloaded"),
    [
        (ConfigEntryState.LOADED, True),
        (ConfigEntryState.SETUP_RETRY, True),
        (ConfigEntryState.NOT_LOADED, False),
        (ConfigEntryState.SETUP_ERROR, False),
    ],
)
async def test_only_an_entry_in_use_is_reloaded(
    hass: HomeAssistant, entry: MockConfigEntry, state: ConfigEntryState, is_reloaded: bool
) -> None:
    """One that is not in use reads its address when it is set up."""
    entry.mock_state(hass, state)
    with patch.object(hass.config_entries, "async_schedule_reload") as reload:
        async_reload_moved(hass, entry)
    assert reload.called is is_reloaded
    entry.mock_state(hass, ConfigEntryState.NOT_LOADED)
