"""Limits for what a server sends: bodies, frames, numbers of objects, lengths of lists.

A hostile or broken server may send anything. Within these limits, reading it blocks the event
loop for less than 50 ms and takes less than 64 MiB of memory. The lengths of texts are limited
where they are read, in `models.coerce`.
"""

from collections.abc import Mapping, Sequence
import logging
from typing import Final

_LOGGER = logging.getLogger(__name__)

_KIB: Final = 1024
_MIB: Final = 1024 * 1024

MAX_BODY_BYTES: Final = 2 * _MIB
"""Limit of a body after decompression: lists, the history, sessions. A page of 500 plays has
about 300 KiB, 500 streams have about 2 MiB."""
MAX_SCALED_IMAGE_BYTES: Final = 2 * _MIB
"""A poster of 600 by 900 pixels has about 100 KiB."""
MAX_ORIGINAL_IMAGE_BYTES: Final = 8 * _MIB
"""An original has 1 MB, with overlays up to 10 MB."""
MAX_FRAME_BYTES: Final = 256 * _KIB
"""Limit of a frame of the websocket: more than 1,000 notifications."""
MAX_HEADER_BYTES: Final = 16_380
"""One header, as in the sessions of Home Assistant: proxies add some of 12 kB."""
MAX_ERROR_BODY_BYTES: Final = 16 * _KIB
"""How much of an error body is read; the message stands at its beginning."""
MAX_OBJECTS: Final = 50_000
"""Objects and lists in a body: decoding an empty one takes ten times as long as its bytes."""
UNCOUNTED_BODY_BYTES: Final = 256 * _KIB
"""A body of this size is decoded without counting its objects. The 130,000 empty lists that fit
into it take 11 ms, less than the 18 ms of MAX_OBJECTS objects with one field each."""
MAX_LIBRARIES: Final = 500
MAX_SESSIONS: Final = 500
MAX_SERVERS: Final = 500
"""Servers of an account."""
MAX_ACCOUNTS: Final = 1_000
"""Accounts that may use a server; Plex allows 100 friends."""
MAX_DEVICES: Final = 10_000
MAX_ACTIVITIES: Final = 500

_MAX_BODY_BYTES_BY_PATH: Final[Mapping[str, int]] = {
    "/identity": 16 * _KIB,
    "/": 256 * _KIB,
    "/updater/status": 256 * _KIB,
    "/myplex/account": 256 * _KIB,
    "/media/providers": 512 * _KIB,
    "/library/sections": 512 * _KIB,
    "/api/v2/user": 512 * _KIB,
}
_PINS_PATH: Final = "/api/v2/pins"
_MAX_PIN_BYTES: Final = 16 * _KIB


def max_body_bytes(path: str) -> int:
    """Return the limit of the response body of an endpoint, after decompression."""
    if path.startswith(_PINS_PATH):
        return _MAX_PIN_BYTES
    return _MAX_BODY_BYTES_BY_PATH.get(path, MAX_BODY_BYTES)


def has_too_many_objects(document: str | bytes) -> bool:
    """Return whether an encoded JSON document may have more than MAX_OBJECTS objects and lists.

    Counts the opening brackets, also those in texts, which is exact enough: a valid response
    of that size has a hundredth of them. It takes half a millisecond per MiB.
    """
    if len(document) <= MAX_OBJECTS:
        return False
    if isinstance(document, bytes):
        return document.count(b"{") + document.count(b"[") > MAX_OBJECTS
    return document.count("{") + document.count("[") > MAX_OBJECTS


class ListLimit:
    """The maximum length of one list of a server; more entries are ignored and logged once."""

    def __init__(self, what: str, maximum: int, label: str) -> None:
        """Limit the list of `what`; `label` replaces the server's address in the log."""
        self._what = what
        self._maximum = maximum
        self._label = label
        self._is_exceeded = False

    def apply[T](self, entries: Sequence[T]) -> Sequence[T]:
        """Return the first entries; log a warning, once until the list fits again."""
        was_exceeded, self._is_exceeded = self._is_exceeded, len(entries) > self._maximum
        if self._is_exceeded and not was_exceeded:
            _LOGGER.warning(
                "%s: the server lists more than %d %s, the others are ignored",
                self._label,
                self._maximum,
                self._what,
            )
        return entries[: self._maximum]
