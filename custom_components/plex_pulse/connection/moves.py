"""Save another address of a server in its entry, and list the moves for diagnostics."""

from collections.abc import Mapping
from enum import StrEnum
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from yarl import URL

from ..const import CONF_CERTIFICATE_NAME
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import MAX_MOVES, Move, async_get_shared
from .certificate import without_certificate_name

_LOGGER = logging.getLogger(__name__)

_CONNECTION_KEYS: Final = (CONF_URL, CONF_TOKEN, CONF_CERTIFICATE_NAME)


class MoveSource(StrEnum):
    """Where another address of a server came from."""

    ACCOUNT = "account"
    """From the list of servers of the Plex account."""
    ANNOUNCEMENT = "announcement"
    """From the server's announcement on the network."""
    REPAIR = "repair"
    """From a repair issue that a user confirmed."""


@callback
def async_save_connection(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, data: Mapping[str, Any], source: MoveSource
) -> bool:
    """Save the connection in the entry; return whether it differs from the saved one.

    Without a certificate name in `data` a saved one is removed. An address that differs is
    logged, without the address, and listed in the diagnostics.
    """
    if all(entry.data.get(key) == data.get(key) for key in _CONNECTION_KEYS):
        return False
    if _host(data) != _host(entry.data):
        _LOGGER.info("%s has moved to another address", entry.title)
        moves = async_get_shared(hass).moves.setdefault(entry.entry_id, [])
        moves.append(Move(at=dt_util.utcnow(), found_by=source))
        del moves[:-MAX_MOVES]
    hass.config_entries.async_update_entry(
        entry, data={**without_certificate_name(entry.data), **data}
    )
    return True


@callback
def async_reload_moved(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Reload an entry that is in use at its former address, or waits for the server there."""
    if entry.state in {ConfigEntryState.LOADED, ConfigEntryState.SETUP_RETRY}:
        hass.config_entries.async_schedule_reload(entry.entry_id)


def _host(data: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """Return host and port of a connection."""
    url = URL(data[CONF_URL])
    return url.raw_host, url.port
