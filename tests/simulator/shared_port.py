"""Serve http and https on one port, as a Media Server does."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
import socket
import ssl
from typing import Final

_TLS_HANDSHAKE: Final = b"\x16"
"""First byte of a TLS connection."""


class SharedPort:
    """Listens on a port, and starts TLS on the connections that begin with a handshake."""

    def __init__(
        self, make_protocol: Callable[[], asyncio.Protocol], context: ssl.SSLContext
    ) -> None:
        """Pass each connection to a new protocol."""
        self._make_protocol = make_protocol
        self._context = context
        self._socket: socket.socket | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self, host: str, port: int) -> None:
        """Listen."""
        self._socket = socket.create_server((host, port))
        self._socket.setblocking(False)
        self._run(self._accept(self._socket))

    async def stop(self) -> None:
        """Stop listening; open connections are the protocols' own."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._socket is not None:
            self._socket.close()

    async def _accept(self, listening: socket.socket) -> None:
        """Accept connections until cancelled."""
        loop = asyncio.get_running_loop()
        while True:
            connection, _ = await loop.sock_accept(listening)
            self._run(self._serve(connection))

    async def _serve(self, connection: socket.socket) -> None:
        """Serve a connection once its first byte shows whether it is TLS."""
        loop = asyncio.get_running_loop()
        is_readable = asyncio.Event()
        loop.add_reader(connection, is_readable.set)
        try:
            await is_readable.wait()
        except asyncio.CancelledError:
            connection.close()
            raise
        finally:
            loop.remove_reader(connection)
        with suppress(OSError):
            is_tls = connection.recv(1, socket.MSG_PEEK) == _TLS_HANDSHAKE
            await loop.connect_accepted_socket(
                self._make_protocol, connection, ssl=self._context if is_tls else None
            )

    def _run(self, work: Coroutine[None, None, None]) -> None:
        """Run work until the port is closed."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
