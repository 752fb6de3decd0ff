"""Addresses that cannot be used, and the fallbacks to others."""

from dataclasses import replace
import ssl

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
from tests.simulator.authority import CertificateAuthority

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
    remote.faults.add("/identity", Fault.reset())
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


async def test_plex_direct_names_need_no_dns(
    search: Search, make_server: MakeServer, resolver: LoopbackResolver
) -> None:
    """Routers with protection against DNS rebinding do not resolve them."""
    server = await make_server()
    resolver.refused = (".plex.direct",)
    assert await search(make_connection(server), https_required=True) == FoundConnection(
        url=server.url, kind=ConnectionKind.LOCAL, certificate_name=DOMAIN
    )


async def test_server_with_the_certificate_of_another_one_is_rejected(
    search: Search, make_server: MakeServer, other_server_tls: ssl.SSLContext
) -> None:
    """It has a valid certificate and knows the machine identifier."""
    impostor, server = await make_server(tls=other_server_tls), await make_server()
    error = await failure(search, make_connection(impostor))
    assert error.reason is PlexErrorReason.CERTIFICATE_CHANGED
    assert not error.is_transient
    found = await search(make_connection(impostor), make_connection(server, local=False))
    assert found.url == server.url
    assert request_counts(impostor) == [0]


async def test_plain_http_is_never_used_where_plex_tv_lists_https(
    search: Search, make_server: MakeServer
) -> None:
    """Otherwise whoever breaks https on the network would get the token."""
    plain = await make_server(secure=False)
    error = await failure(search, replace(make_connection(), port=plain.port))
    assert error.reason is PlexErrorReason.UNREACHABLE
    listed = make_connection(plain)
    error = await failure(search, replace(listed, uri=listed.uri.replace("http:", "https:")))
    assert error.reason is PlexErrorReason.TLS_FAILED
    assert request_counts(plain) == [0]
    assert (await search(listed)).url == plain.url


async def test_plain_http_must_be_allowed_and_not_refused_by_the_server(
    search: Search, make_server: MakeServer
) -> None:
    plain = await make_server(secure=False)
    for options in ({"allow_plain": False}, {"https_required": True}):
        with pytest.raises(PlexApiError) as caught:
            await search(make_connection(plain), **options)
        assert caught.value.attempts == 0
    assert request_counts(plain) == [0]
    assert (await search(make_connection(plain))).certificate_name is None


async def test_host_name_of_the_owner_needs_a_certificate_for_it(
    search: Search,
    make_server: MakeServer,
    authority: CertificateAuthority,
    resolver: LoopbackResolver,
) -> None:
    server = await make_server()
    error = await failure(search, make_connection(server, domain=OWN_DOMAIN))
    assert error.reason is PlexErrorReason.BAD_CERTIFICATE
    assert request_counts(server) == [0]
    own = await make_server(tls=authority.issue(f"*.{OWN_DOMAIN}"))
    resolver.refused = (OWN_DOMAIN,)
    error = await failure(search, make_connection(own, domain=OWN_DOMAIN))
    assert error.reason is PlexErrorReason.UNKNOWN_HOST
    resolver.refused = ()
    found = await search(make_connection(own, domain=OWN_DOMAIN))
    assert found.url == f"https://127-0-0-1.{OWN_DOMAIN}:{own.port}"
    assert found.certificate_name is None


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
    named, numbered = make_connection(server), make_connection(plain)
    assert (await search(replace(named, address="a space"))).url == server.url
    assert (await search(replace(numbered, uri="harbour"))).url == plain.url
