"""Helpers of the search's tests: addresses, and the number of requests."""

import asyncio
import ssl
from typing import Final, Protocol

import pytest

from custom_components.plex_pulse.api import (
    Connection,
    FoundConnection,
    PlexApiError,
)
from tests.simulator import PlexSimulator
from tests.simulator.plextv_accounts import PLEX_DIRECT_LABEL

DOMAIN: Final = f"{PLEX_DIRECT_LABEL}.plex.direct"


OWN_DOMAIN: Final = "harbour.example"


MACHINE: Final = "7e57" * 10


UNUSED_PORT: Final = 9
"""A port on which no process listens."""


class MakeServer(Protocol):
    """Start a Media Server."""

    async def __call__(
        self,
        *,
        secure: bool = True,
        tls: ssl.SSLContext | None = None,
        machine_identifier: str = MACHINE,
        hold: asyncio.Event | None = None,
    ) -> PlexSimulator:
        """Return the server; its responses wait for the event `hold`, if any.

        A secure one has the certificate for the tests' names, unless `tls` is another one.
        """


class Search(Protocol):
    """Search for the best address of a server."""

    async def __call__(
        self,
        *connections: Connection,
        https_required: bool = False,
        allow_plain: bool = True,
    ) -> FoundConnection:
        """Return the best of these addresses."""


def make_connection(
    server: PlexSimulator | None = None,
    *,
    local: bool = True,
    relay: bool = False,
    domain: str = DOMAIN,
) -> Connection:
    """Return an address of a server as plex.tv lists it; None: nothing listens there."""
    port = server.port if server is not None else UNUSED_PORT
    is_plain = server is not None and server.url.startswith("http:")
    return Connection(
        uri=f"http://127.0.0.1:{port}" if is_plain else f"https://127-0-0-1.{domain}:{port}",
        address="127.0.0.1",
        port=port,
        is_local=local,
        is_relay=relay,
    )


def request_counts(*servers: PlexSimulator) -> list[int]:
    """Return the number of requests that each server received."""
    return [len(server.requests) for server in servers]


async def failure(search: Search, *connections: Connection) -> PlexApiError:
    """Return the error of a search."""
    with pytest.raises(PlexApiError) as caught:
        await search(*connections)
    return caught.value
