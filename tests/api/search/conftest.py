"""Fixtures: Media Servers with plex.direct names, and the search for the best address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import ssl

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    Connection,
    FoundConnection,
    RateLimiterRegistry,
    Resource,
    find_connection,
)
from tests.api.helpers import IDENTITY
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import (
    MACHINE,
    MakeServer,
    Search,
)
from .loopback_resolver import LoopbackResolver


@pytest.fixture
def resolver() -> LoopbackResolver:
    """Return a resolver of all names; a test can make some fail."""
    return LoopbackResolver()


@pytest.fixture
def answered_ports() -> asyncio.Queue[int]:
    """Return the ports of the servers in the order of their responses."""
    return asyncio.Queue()


@pytest.fixture
async def session(
    socket_enabled: None,
    resolver: LoopbackResolver,
    plex_direct_client_tls: ssl.SSLContext,
    answered_ports: asyncio.Queue[int],
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with that resolver that trusts the servers' certificate."""

    async def note(_: object, __: object, params: aiohttp.TraceRequestEndParams) -> None:
        answered_ports.put_nowait(params.url.port or 0)

    trace = aiohttp.TraceConfig()
    trace.on_request_end.append(note)
    async with aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(resolver=resolver, ssl=plex_direct_client_tls),
        trace_configs=[trace],
    ) as session:
        yield session


@pytest.fixture
async def make_server(
    socket_enabled: None,
    clock: ManualClock,
    plex_direct_server_tls: ssl.SSLContext,
    leak_detector: LeakDetector,
) -> AsyncIterator[MakeServer]:
    """Return a factory of Media Servers that run until the end of the test."""
    async with AsyncExitStack() as running:

        async def make(
            *,
            secure: bool = True,
            tls: ssl.SSLContext | None = None,
            machine_identifier: str = MACHINE,
            hold: asyncio.Event | None = None,
        ) -> PlexSimulator:
            async def sleep(_: float) -> None:
                if hold is not None:
                    await hold.wait()

            server = PlexSimulator(
                TOKEN,
                clock=clock.time,
                sleep=sleep,
                scenario="empty",
                machine_identifier=machine_identifier,
            )
            running.push_async_callback(server.stop)
            await server.start(ssl_context=tls or plex_direct_server_tls if secure else None)
            leak_detector.forbid_address(server.host, server.port)
            if hold is not None:
                server.faults.add("/identity", Fault.slow_drip())
            return server

        yield make


@pytest.fixture
def search(session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry) -> Search:
    """Return a function that searches for the server of these tests."""

    async def find(
        *connections: Connection, https_required: bool = False, allow_plain: bool = True
    ) -> FoundConnection:
        resource = Resource(
            machine_identifier=MACHINE,
            name="Harbour",
            access_token=TOKEN,
            is_owned=True,
            owner=None,
            https_required=https_required,
            last_seen=None,
            connections=connections,
        )
        return await find_connection(
            session,
            resource,
            identity=IDENTITY,
            rate_limiters=rate_limiters,
            allow_plain=allow_plain,
        )

    return find
