"""Open connections: idle or busy, and how to reset one."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import socket
import struct

_LINGER_NONE = struct.pack("ii", 1, 0)


def reset_connection(transport: asyncio.Transport) -> None:
    """Close a connection with a TCP reset, which discards unread data."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    transport.abort()


class Connections:
    """The connections of a server, each busy or idle."""

    def __init__(self) -> None:
        """Start without a connection."""
        self._requests: dict[asyncio.Transport, int] = {}
        self._expired: set[asyncio.Transport] = set()

    @contextmanager
    def busy(self, transport: asyncio.Transport) -> Iterator[None]:
        """Count a connection as busy while the block runs."""
        self._requests = {
            known: count for known, count in self._requests.items() if not known.is_closing()
        }
        self._requests[transport] = self._requests.get(transport, 0) + 1
        try:
            yield
        finally:
            if transport in self._requests:
                self._requests[transport] -= 1

    def expire_idle(self) -> None:
        """Mark the connections that are idle now; the next request on one is reset."""
        self._expired = {
            transport
            for transport, count in self._requests.items()
            if not count and not transport.is_closing()
        }

    def is_expired(self, transport: asyncio.Transport) -> bool:
        """Whether a connection was idle at the last expire_idle()."""
        return transport in self._expired
