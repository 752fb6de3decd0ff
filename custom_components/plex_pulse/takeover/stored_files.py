"""Change the files of an entry for the server that takes it over."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from ..api import Library
from ..history.change_server import continue_on_other_server
from ..history.storage import History, HistoryStore
from ..runtime_data import PlexPulseConfigEntry
from ..stored_state import LIBRARIES, PLAYBACKS, PLAYER_SALT, StoredState


class StoredFiles:
    """The files of an entry as they were, to restore them after a failure."""

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Read nothing yet."""
        self._hass = hass
        self._entry = entry
        self._state: dict[str, Any] = {}
        self._history: History | None = None

    async def async_change(self, kept: Mapping[str, Library]) -> None:
        """Write the files for the new server; `kept` are its libraries by their old uuid.

        Active streams and newest items of the old server say nothing of the new one, except
        those of a library that is the same. Players keep their ids, plays stay counted.

        Raises:
            OSError: a file cannot be written.

        """
        stored = StoredState(self._hass, self._entry.entry_id)
        await stored.async_load()
        self._state = stored.values
        marks = self._state.get(LIBRARIES)
        same = {uuid for uuid, library in kept.items() if library.uuid == uuid}
        changed = {key: value for key, value in self._state.items() if key != PLAYBACKS}
        changed.pop(LIBRARIES, None)
        if isinstance(marks, dict) and same:
            changed[LIBRARIES] = {uuid: mark for uuid, mark in marks.items() if uuid in same}
        changed.setdefault(PLAYER_SALT, str(self._entry.unique_id))
        await stored.async_replace(changed)
        store = HistoryStore(self._hass, self._entry.entry_id)
        before = await store.async_load()
        if not len(before.log) and not before.written:
            return
        self._history = before
        history = await store.async_load()
        keys = {
            old_key: kept[uuid].key
            for uuid, old_key in history.library_keys.items()
            if uuid in kept
        }
        await self._hass.async_add_executor_job(continue_on_other_server, history, keys)
        await store.async_save(history)

    async def async_restore(self) -> None:
        """Write the files as they were."""
        stored = StoredState(self._hass, self._entry.entry_id)
        await stored.async_replace(self._state)
        if self._history is not None:
            await HistoryStore(self._hass, self._entry.entry_id).async_save(self._history)
