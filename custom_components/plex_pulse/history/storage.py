"""Save the log of a server, and load it after a restart."""

from array import array
from base64 import b64decode, b64encode
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Final
import zlib

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..api import MutableRecord
from ..const import DOMAIN
from .play_log import NameTable, Play, PlayLog

_VERSION: Final = 1
_COMPRESSION: Final = 1


class History(MutableRecord):
    """What is kept of the history of a server.

    written: checksums of the names of the series that the recorder has, by statistic id.
    lengths: seconds by rating key, 0 for an item that has none. measured: seconds by hour
    and account id, by Plex's own measurement. library_keys: by uuid, as the plays name the
    libraries.
    """

    log: PlayLog = field(default_factory=PlayLog)
    written: dict[str, int] = field(default_factory=dict)
    written_until: int = 0
    """The last hour, from 1970, up to which rows were written."""
    unwritten: list[int] = field(default_factory=list)
    """Hours, from 1970, that have changed since rows were written."""
    position: int = 0
    """Where the verification of known plays continues."""
    lengths: dict[int, int] = field(default_factory=dict)
    measured: dict[str, dict[int, int]] = field(default_factory=dict)
    library_keys: dict[str, str] = field(default_factory=dict)


class HistoryStore:
    """The file of one entry; written by a worker thread."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Initialize without reading."""
        self._hass = hass
        self._store: Store[dict[str, Any]] = Store(
            hass,
            _VERSION,
            f"{DOMAIN}.history.{entry_id}",
            private=True,
            serialize_in_event_loop=False,
        )

    async def async_load(self) -> History:
        """Return what was saved, an empty history if there is nothing usable."""
        try:
            stored = await self._store.async_load()
        except HomeAssistantError:
            # A newer version has written the file.
            stored = None
        if stored is None:
            return History()
        return await self._hass.async_add_executor_job(_decode, stored)

    async def async_save(self, history: History) -> None:
        """Save now."""
        await self._store.async_save(await self._hass.async_add_executor_job(_encode, history))

    async def async_remove(self) -> None:
        """Delete the file."""
        await self._store.async_remove()


def _encode(history: History) -> dict[str, Any]:
    """Return a history as JSON; columns are compressed."""
    log = history.log
    with log.lock:
        columns = [column[:] for column in log.columns]
        names = {
            "items": log.items.names[:],
            "accounts": log.accounts.names[:],
            "devices": log.devices.names[:],
            "libraries": log.libraries.names[:],
        }
        images = [[item, path] for item, path in log.images.items()]
    return {
        "columns": {
            name: _pack(column) for name, column in zip(Play._fields, columns, strict=True)
        },
        **names,
        "images": images,
        "written": dict(history.written),
        "written_until": history.written_until,
        "unwritten": history.unwritten,
        "position": history.position,
        "length_keys": _pack(array("I", history.lengths)),
        "length_seconds": _pack(array("I", history.lengths.values())),
        "measured": {
            account: [_pack(array("I", hours)), _pack(array("I", hours.values()))]
            for account, hours in history.measured.items()
        },
        "library_keys": dict(history.library_keys),
    }


def _decode(stored: Mapping[str, Any]) -> History:
    """Return the history of its JSON; an empty one if the file was damaged."""
    try:
        log = PlayLog()
        log.columns = tuple(
            _unpack(stored["columns"][name], column.typecode)
            for name, column in zip(Play._fields, log.columns, strict=True)
        )
        if len({len(column) for column in log.columns}) != 1:
            return History()
        log.items = NameTable(stored["items"])
        log.accounts = NameTable(stored["accounts"])
        log.devices = NameTable(stored["devices"])
        log.libraries = NameTable(stored["libraries"])
        log.images = dict(stored["images"])
        keys, seconds = (_unpack(stored[name], "I") for name in ("length_keys", "length_seconds"))
        return History(
            log=log,
            written=dict(stored["written"]),
            written_until=stored["written_until"],
            unwritten=stored["unwritten"],
            position=stored["position"],
            lengths=dict(zip(keys, seconds, strict=True)),
            measured={
                account: dict(zip(_unpack(hours, "I"), _unpack(values, "I"), strict=True))
                for account, (hours, values) in stored["measured"].items()
            },
            library_keys=dict(stored.get("library_keys", {})),
        )
    except KeyError, TypeError, ValueError, zlib.error:
        return History()


def _pack(column: array[int]) -> str:
    """Return a column as text."""
    return b64encode(zlib.compress(column.tobytes(), _COMPRESSION)).decode()


def _unpack(text: str, typecode: str) -> array[int]:
    """Return the column of its text."""
    column: array[int] = array(typecode)
    column.frombytes(zlib.decompress(b64decode(text)))
    return column
