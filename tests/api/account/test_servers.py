"""The servers of an account as listed by plex.tv."""

from datetime import UTC, datetime
from typing import Final

import pytest

from custom_components.plex_pulse.api import PlexAccountClient
from tests.clocks import EventfulClock
from tests.simulator import Fault, PlexTvSimulator, connection

from .helpers import ACCOUNT


async def test_get_servers_returns_addresses_and_access_tokens(
    plextv: PlexTvSimulator, account: PlexAccountClient, clock: EventfulClock
) -> None:
    """Owned and shared servers are returned, players are not."""
    addresses = [
        connection("172.18.0.3"),
        connection("2001:db8::7", local=False),
        connection("203.0.113.7", 31_400, local=False),
        connection("198.51.100.8", 8443, local=False, relay=True),
    ]
    plextv.add_player(ACCOUNT, "Living room")
    plextv.add_server(ACCOUNT, "Harbour", "a" * 40, "harbour-token", connections=addresses)
    plextv.add_server(
        ACCOUNT,
        "Lighthouse",
        "b" * 40,
        "lighthouse-token",
        owned=False,
        owner_name="keeper",
        https_required=True,
    )
    owned, shared = await account.get_servers()
    (request,) = plextv.requests
    assert request.query == {"includeHttps": "1", "includeRelay": "1", "includeIPv6": "1"}
    assert (owned.name, owned.machine_identifier) == ("Harbour", "a" * 40)
    assert (owned.access_token, owned.is_owned, owned.owner) == ("harbour-token", True, None)
    assert owned.last_seen == datetime.fromtimestamp(int(clock.time()), UTC)
    assert not owned.https_required
    assert [
        (item.address, item.port, item.uri, item.is_local, item.is_relay)
        for item in owned.connections
    ] == [(item.address, item.port, item.uri, item.local, item.relay) for item in addresses]
    assert (shared.name, shared.access_token) == ("Lighthouse", "lighthouse-token")
    assert (shared.is_owned, shared.owner, shared.https_required) == (False, "keeper", True)
    assert shared.connections == ()
    assert "-token" not in repr((owned, shared))


SERVER: Final = {"provides": "server", "clientIdentifier": "c" * 40, "accessToken": "some-token"}


@pytest.mark.parametrize(
    "odd",
    [
        None,
        17,
        [],
        {},
        SERVER | {"accessToken": ""},
        SERVER | {"accessToken": None},
        SERVER | {"clientIdentifier": None},
        SERVER | {"provides": None},
        SERVER | {"provides": "client,player"},
        SERVER | {"provides": ["server"]},
    ],
    ids=repr,
)
async def test_invalid_server_is_skipped(
    plextv: PlexTvSimulator, account: PlexAccountClient, odd: object
) -> None:
    whole = SERVER | {"name": "Harbour", "provides": "client, server", "lastSeenAt": "lately"}
    plextv.faults.add("/api/v2/resources", Fault.wrong_json([odd, whole, odd]))
    (found,) = await account.get_servers()
    assert (found.name, found.last_seen, found.connections) == ("Harbour", None, ())


@pytest.mark.parametrize(
    "odd",
    [
        None,
        "https://harbour.example",
        {},
        {"uri": "https://harbour.example", "address": "192.0.2.4"},
        {"uri": "https://harbour.example", "port": 32400},
        {"address": "192.0.2.4", "port": 32400},
        {"uri": None, "address": None, "port": None},
        {"uri": "https://harbour.example", "address": "192.0.2.4", "port": -1},
    ],
    ids=repr,
)
async def test_invalid_address_of_a_server_is_skipped(
    plextv: PlexTvSimulator, account: PlexAccountClient, odd: object
) -> None:
    """Numbers and flags may be strings."""
    whole = {"uri": "https://harbour.example", "address": "192.0.2.4", "port": "443", "local": "1"}
    entry = SERVER | {"connections": [odd, whole], "httpsRequired": "0"}
    plextv.faults.add("/api/v2/resources", Fault.wrong_json([entry]))
    (found,) = await account.get_servers()
    (address,) = found.connections
    assert (found.name, found.https_required) == ("c" * 8, False)
    assert (address.address, address.port) == ("192.0.2.4", 443)
    assert address.is_local
    assert not address.is_relay
