"""A connector that connects every address to one server, and one that never connects."""

import asyncio
from contextlib import suppress
import socket
from typing import override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.client_proto import ResponseHandler


class LoopbackConnector(aiohttp.BaseConnector):
    """Connect every address, http or https, to one loopback port."""

    port = 0
    answer = b""

    @override
    async def _create_connection(
        self, req: aiohttp.ClientRequest, traces: object, timeout: aiohttp.ClientTimeout
    ) -> ResponseHandler:
        """Connect as aiohttp's connector for Unix sockets does."""
        _, protocol = await self._loop.create_connection(self._factory, "127.0.0.1", self.port)
        return protocol

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Send the response and close the connection."""
        with suppress(asyncio.IncompleteReadError):
            await reader.readuntil(b"\r\n\r\n")
            writer.write(self.answer)
            await writer.drain()
        writer.close()


class _FailingResolver(AbstractResolver):
    """Fail to resolve every name."""

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Encode the name as a real resolver does, then fail."""
        host.encode("idna")
        msg = "Name or service not known"
        raise OSError(msg)

    @override
    async def close(self) -> None:
        """Do nothing: there are no resources to close."""


def unresolvable_connector() -> aiohttp.TCPConnector:
    """Return a connector that neither resolves names nor connects to IP addresses."""
    return aiohttp.TCPConnector(resolver=_FailingResolver(), socket_factory=_unreachable)


def _unreachable(_: object) -> socket.socket:
    """Fail to create a socket for an IP address."""
    msg = "Network is unreachable"
    raise OSError(msg)
