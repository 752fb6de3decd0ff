"""Continue the history of a server with that of the server that takes its place."""

from array import array
from collections.abc import Mapping
from typing import Final

from .play_log import NO_NAME, NameTable
from .storage import History

_FORMER: Final = "-"
"""Begins the numbers of devices and libraries that only the old server had."""
_KEYS_END: Final = 2**32
_FIRST_FORMER_KEY: Final = 2**31
"""Rating keys from here on are of items of an old server; real ones are much lower."""


def continue_on_other_server(history: History, library_keys: Mapping[str, str]) -> None:
    """Keep all plays counted, and remove what refers to the numbers of the old server.

    All statistics are written again under the ids of the new server. Plays that the new
    server lists as well, because it uses the old database, are recognized when they are
    read. library_keys: keys on the new server by key on the old one.
    """
    log = history.log
    with log.lock:
        log.column("is_gone")[:] = array("B", bytes([1]) * len(log))
        history_ids = log.column("history_id")
        history_ids[:] = array(history_ids.typecode, [0]) * len(log)
        log.images.clear()
        log.devices = _renamed(log.devices, {})
        log.libraries = _renamed(log.libraries, library_keys)
        _change_rating_keys(history)
    history.written.clear()
    history.library_keys.clear()
    history.position = 0


def _renamed(table: NameTable, names: Mapping[str, str]) -> NameTable:
    """Return a table with other names; a number that is not in `names` is marked as former."""
    return NameTable(
        NO_NAME if name == NO_NAME else names.get(name, f"{_FORMER}{name}") for name in table.names
    )


def _change_rating_keys(history: History) -> None:
    """Give the items of the old server keys that no item of the new one has; lengths stay."""
    column = history.log.column("rating_key")
    former = [key for key in history.lengths if key >= _FIRST_FORMER_KEY]
    next_key = min(former, default=_KEYS_END) - 1
    lengths = {key: history.lengths[key] for key in former}
    changed: dict[int, int] = {0: 0} | {key: key for key in former}
    for index, key in enumerate(column):
        if key not in changed:
            changed[key] = next_key
            # 0: the length is not read from the new server, whose item is another one.
            lengths[next_key] = history.lengths.get(key, 0)
            next_key -= 1
        column[index] = changed[key]
    history.lengths = lengths
