"""Open connections: which are idle, and how one is reset."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import socket
import struct

_LINGER_NONE = struct.pack("ii", 1, 0)


def reset_connection(transport: asyncio.Transport) -> None:
    """Close a connection with a TCP reset, which drops what was not read yet."""
    transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _LINGER_NONE)
    transport.abort()


class Connections:
    """The connections of a server, each busy or idle."""

    def __init__(self) -> None:
        """Start without a connection."""
        self._requests: dict[asyncio.Transport, int] = {}
        self._given_up: set[asyncio.Transport] = set()

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

    def give_up_idle(self) -> None:
        """Mark the connections that are idle now."""
        self._given_up = {
            transport
            for transport, count in self._requests.items()
            if not count and not transport.is_closing()
        }

    def is_given_up(self, transport: asyncio.Transport) -> bool:
        """Whether a connection was idle when the idle ones were given up."""
        return transport in self._given_up
