"""What an entry keeps over a restart of Home Assistant, to report what happened meanwhile.

Written a few seconds after a change, with the unload and at shutdown: a few hundred bytes for
the newest items of each library, and for each stream. Positions are not kept.
"""

from collections.abc import Callable, Mapping
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
_SAVE_DELAY_SECONDS: Final = 5.0

LIBRARIES: Final = "libraries"
"""Key of the marks of the lists of recently added items, by the uuid of the library."""
UNREPORTED: Final = "unreported"
"""Key of the changes of libraries that are not reported yet."""
PLAYBACKS: Final = "playbacks"
"""Key of the active streams."""
PLAYER_SALT: Final = "player_salt"
"""Key of what the ids of players are made from, if that is not the machine identifier."""


def _store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return the file of an entry; only its owner can read it, it has names of users."""
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}", private=True, atomic_writes=True)


async def async_remove_stored_state(hass: HomeAssistant, entry_id: str) -> None:
    """Delete the file of a removed entry."""
    await _store(hass, entry_id).async_remove()


type Storable = Mapping[str, object] | list[object]


class StoredState:
    """The file of one entry."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Start empty."""
        self._store = _store(hass, entry_id)
        self._values: dict[str, Any] = {}

    async def async_load(self) -> None:
        """Read the file; one that cannot be used counts as none."""
        try:
            loaded = await self._store.async_load()
        except HomeAssistantError:
            _LOGGER.debug("The stored state cannot be read", exc_info=True)
            loaded = None
        self._values = loaded if isinstance(loaded, dict) else {}

    @property
    def values(self) -> dict[str, Any]:
        """Return everything that is stored."""
        return self._data()

    async def async_replace(self, values: Mapping[str, Any]) -> None:
        """Replace everything that is stored, and write it now."""
        self._values = dict(values)
        await self.async_save()

    def get(self, key: str) -> object:
        """Return a stored value, None if there is none."""
        return self._values.get(key)

    @callback
    def async_set(self, key: str, value: Storable | Callable[[], Storable] | None) -> None:
        """Store a value soon, if it differs; None removes it.

        A function that returns the value is called when the file is written.
        """
        if self._values.get(key) == value:
            return
        if value is None:
            self._values.pop(key, None)
        else:
            self._values[key] = value
        self.async_changed()

    @callback
    def async_changed(self) -> None:
        """Write the file soon: what a stored function returns has changed."""
        self._store.async_delay_save(self._data, _SAVE_DELAY_SECONDS)

    async def async_save(self) -> None:
        """Write the file now; the entry is unloaded."""
        await self._store.async_save(self._data())

    def _data(self) -> dict[str, Any]:
        """Return the content of the file."""
        return {key: value() if callable(value) else value for key, value in self._values.items()}
