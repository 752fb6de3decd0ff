"""Helpers of the search's tests: addresses, and the number of requests."""

import asyncio
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
        machine_identifier: str = MACHINE,
        hold: asyncio.Event | None = None,
    ) -> PlexSimulator:
        """Return the server; its responses wait for the event `hold`, if any."""


class Search(Protocol):
    """Search for the best address of a server."""

    async def __call__(
        self, *connections: Connection, https_required: bool = False
    ) -> FoundConnection:
        """Return the best of these addresses."""


def make_connection(
    secure: PlexSimulator | None = None,
    plain: PlexSimulator | None = None,
    *,
    local: bool = True,
    relay: bool = False,
    domain: str = DOMAIN,
) -> Connection:
    """Return an address with a name for https and an IP address for http; None: nothing listens.

    A real server answers https and http on one port.
    """
    return Connection(
        uri=f"https://127-0-0-1.{domain}:{secure.port if secure else UNUSED_PORT}",
        address="127.0.0.1",
        port=plain.port if plain else UNUSED_PORT,
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
