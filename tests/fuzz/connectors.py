"""Connectors of a world in which every address leads to one server, and of one where none does."""

import asyncio
from contextlib import suppress
import socket
from typing import override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler


class LoopbackConnector(aiohttp.BaseConnector):
    """Lead every connection to one port here, be it http or https and wherever it should go."""

    port = 0
    answer = b""

    @override
    async def _create_connection(
        self, req: aiohttp.ClientRequest, traces: object, timeout: aiohttp.ClientTimeout
    ) -> ResponseHandler:
        """Connect, as aiohttp's own connector to a socket in the file system does."""
        _, protocol = await self._loop.create_connection(self._factory, "127.0.0.1", self.port)
        return protocol

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer and hang up."""
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.answer)
            await writer.drain()
        writer.close()


class _FailingResolver(AbstractResolver):
    """Know no name."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Do with a name what a real one does before it asks others."""
        host.encode("idna")
        msg = "Name or service not known"
        raise OSError(msg)

    @override
    async def close(self) -> None:
        """Have nothing to close."""


def unresolvable_connector() -> aiohttp.TCPConnector:
    """Return a connector that knows no name, and gets nowhere without one."""
    return aiohttp.TCPConnector(resolver=_FailingResolver(), socket_factory=_unreachable)


def _unreachable(_: object) -> socket.socket:
    """Refuse to connect to anything that has a number in place of a name."""
    msg = "Network is unreachable"
    raise OSError(msg)
