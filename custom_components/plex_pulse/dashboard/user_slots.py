"""The color slot of each user, the same in every card and after every restart."""

from hashlib import sha256
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.storage import Store

from ..const import DOMAIN

SLOTS: Final = 12
"""Colors of Home Assistant's charts: `--color-1` to `--color-12`."""
_STORAGE_VERSION: Final = 1
_SAVE_DELAY_SECONDS: Final = 30.0
_MAX_USERS: Final = 200
"""Of one server; for more users slots are computed and not stored."""


class UserSlots:
    """Slots of the users of each server, assigned when a user is first seen."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without users."""
        self._store: Store[dict[str, dict[str, int]]] = Store(
            hass, _STORAGE_VERSION, f"{DOMAIN}.user_slots"
        )
        self._slots: dict[str, dict[str, int]] = {}

    async def async_load(self) -> None:
        """Load the assigned slots."""
        self._slots = await self._store.async_load() or {}

    @callback
    def slot_of(self, machine_identifier: str, account_id: str) -> int:
        """Return the slot of a user, 1 to 12: the lowest free one for a new user."""
        slots = self._slots.setdefault(machine_identifier, {})
        if (slot := slots.get(account_id)) is not None:
            return slot
        free = sorted(set(range(1, SLOTS + 1)) - set(slots.values()))
        slot = free[0] if free else sha256(account_id.encode()).digest()[0] % SLOTS + 1
        if len(slots) < _MAX_USERS:
            slots[account_id] = slot
            self._store.async_delay_save(lambda: self._slots, _SAVE_DELAY_SECONDS)
        return slot

    @callback
    def async_rename(self, old: str, new: str) -> None:
        """Keep the slots of a server that has another machine identifier now."""
        if (slots := self._slots.pop(old, None)) is not None:
            self._slots[new] = slots
            self._store.async_delay_save(lambda: self._slots, _SAVE_DELAY_SECONDS)

    @callback
    def async_remove(self, machine_identifier: str) -> None:
        """Remove the users of a server whose entry was removed."""
        if self._slots.pop(machine_identifier, None) is not None:
            self._store.async_delay_save(lambda: self._slots, _SAVE_DELAY_SECONDS)
