"""Addresses that cannot be used, and the fallbacks to others."""

from dataclasses import replace

import pytest

from custom_components.plex_pulse.api import (
    Connection,
    ConnectionKind,
    FoundConnection,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
)
from tests.simulator import Fault

from .helpers import (
    DOMAIN,
    OWN_DOMAIN,
    MakeServer,
    Search,
    failure,
    make_connection,
    request_counts,
)
from .loopback_resolver import LoopbackResolver


async def test_another_server_at_an_address_is_rejected(
    search: Search, make_server: MakeServer
) -> None:
    other, remote = await make_server(machine_identifier="0" * 40), await make_server()
    error = await failure(search, make_connection(other))
    assert error.kind is PlexErrorKind.CLIENT
    assert error.message == "Another Plex Media Server answers at this address"
    found = await search(make_connection(other), make_connection(remote, local=False))
    assert found.url.endswith(f":{remote.port}")


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault.status(404), PlexErrorKind.CLIENT),
        (Fault.html(), PlexErrorKind.PROTOCOL),
        (Fault.status(502), PlexErrorKind.SERVER),
        (Fault.reset(), PlexErrorKind.NETWORK),
        (Fault.redirect("https://elsewhere.example/"), PlexErrorKind.CLIENT),
    ],
    ids=lambda value: getattr(value, "kind", None) if isinstance(value, Fault) else None,
)
async def test_failing_addresses_are_skipped_and_reported_if_all_fail(
    search: Search,
    make_server: MakeServer,
    fault: Fault,
    kind: PlexErrorKind,
) -> None:
    """The error is that of the preferred address."""
    local, remote = await make_server(), await make_server()
    local.faults.add("/identity", fault, times=2)
    found = await search(make_connection(remote, local=False), make_connection(local))
    assert found.kind is ConnectionKind.REMOTE
    remote.faults.add("/identity", Fault.status(500))
    error = await failure(search, make_connection(remote, local=False), make_connection(local))
    assert error.kind is kind
    assert (
        await search(make_connection(remote, local=False), make_connection(local))
    ).kind is ConnectionKind.LOCAL


async def test_starting_server_is_reported_as_starting(
    search: Search, make_server: MakeServer
) -> None:
    local = await make_server()
    local.starting(True)
    error = await failure(search, make_connection(local))
    assert (error.kind, error.reason) == (PlexErrorKind.SERVER, PlexErrorReason.STARTING)
    local.starting(False)
    assert (await search(make_connection(local))).kind is ConnectionKind.LOCAL


async def test_unresolvable_plex_direct_name_falls_back_to_plain_http(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    """DNS rebinding protection is reported, because https would be better."""
    secure, plain = await make_server(), await make_server(secure=False)
    resolver.refused = (".plex.direct",)
    found = await search(make_connection(secure, plain))
    assert found == FoundConnection(
        url=plain.url, kind=ConnectionKind.LOCAL, plex_direct_unresolved=True
    )
    assert request_counts(secure) == [0]
    resolver.refused = ()
    found = await search(make_connection(secure, plain))
    assert (found.kind, found.plex_direct_unresolved) == (ConnectionKind.LOCAL, False)
    assert request_counts(secure) == [1]


async def test_no_http_fallback_if_the_server_requires_https(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    """The error has the reason DNS rebinding."""
    secure, plain = await make_server(), await make_server(secure=False)
    resolver.refused = (".plex.direct",)
    with pytest.raises(PlexApiError) as caught:
        await search(make_connection(secure, plain), https_required=True)
    assert caught.value.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED
    assert DOMAIN not in str(caught.value)
    assert request_counts(secure, plain) == [0, 0]
    resolver.refused = ()
    assert (await search(make_connection(secure, plain), https_required=True)).url.startswith(
        "https:"
    )


async def test_unresolvable_name_is_not_reported_if_an_equal_one_works(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    server = await make_server()
    refused, works = make_connection(server), make_connection(server)
    resolver.refused = (f"127-0-0-1.{DOMAIN}",)
    found = await search(refused, replace(works, uri=works.uri.replace("127-0-0-1", "192-0-2-4")))
    assert (found.kind, found.plex_direct_unresolved) == (ConnectionKind.LOCAL, False)
    assert found.url.startswith("https://192-0-2-4.")


async def test_unresolvable_custom_name_is_not_reported_as_dns_rebinding(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    remote = await make_server()
    resolver.refused = (OWN_DOMAIN,)
    found = await search(make_connection(domain=OWN_DOMAIN), make_connection(remote, local=False))
    assert (found.kind, found.plex_direct_unresolved) == (ConnectionKind.REMOTE, False)
    with pytest.raises(PlexApiError) as caught:
        await search(make_connection(domain=OWN_DOMAIN), https_required=True)
    assert caught.value.reason is PlexErrorReason.UNKNOWN_HOST


async def test_unresolvable_name_of_an_offline_server_is_not_reported(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    """Its plain address does not answer either."""
    resolver.refused = (".plex.direct",)
    error = await failure(search, make_connection())
    assert error.reason is PlexErrorReason.UNKNOWN_HOST
    # A remote address has only the name.
    error = await failure(search, make_connection(local=False))
    assert error.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED
    resolver.refused = ()
    server = await make_server()
    assert (await search(make_connection(server))).kind is ConnectionKind.LOCAL


async def test_certificate_for_another_name_falls_back_to_plain_http(
    search: Search, make_server: MakeServer
) -> None:
    secure, plain = await make_server(), await make_server(secure=False)
    found = await search(make_connection(secure, plain, domain=OWN_DOMAIN))
    assert (found.url, found.plex_direct_unresolved) == (plain.url, False)
    error = await failure(search, make_connection(secure, domain=OWN_DOMAIN))
    assert error.reason is PlexErrorReason.BAD_CERTIFICATE


@pytest.mark.parametrize(
    ("uri", "address", "port"),
    [
        ("https://:32400", "a/path", 32400),
        ("https://harbour.example:99999", "a space", 32400),
        ("https://harbour.example:port", "user@harbour", 32400),
        ("https://[2001:db8::1", "[2001:db8::1", 32400),
        ("ftp://harbour.example", "127.0.0.1", 99999),
        ("harbour", "harbour..example..", 99999),
    ],
)
async def test_invalid_address_is_skipped_without_a_request(
    search: Search, make_server: MakeServer, uri: str, address: str, port: int
) -> None:
    server = await make_server()
    odd = Connection(uri=uri, address=address, port=port, is_local=True, is_relay=False)
    assert (await search(odd, make_connection(server), odd)).url.endswith(f":{server.port}")
    error = await failure(search, odd)
    assert (error.kind, error.attempts) == (PlexErrorKind.NETWORK, 0)
    assert error.message == "Plex knows no address of this server"


async def test_invalid_or_unreachable_uri_does_not_affect_the_plain_address(
    search: Search, make_server: MakeServer
) -> None:
    server, plain = await make_server(), await make_server(secure=False)
    named, numbered = make_connection(server), make_connection(None, plain)
    assert (await search(replace(named, address="a space"))).url == named.uri
    assert (await search(replace(numbered, uri="harbour"))).url == plain.url
