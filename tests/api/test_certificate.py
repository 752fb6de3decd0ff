"""A server is proven by its certificate for names under plex.direct."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
import ssl
import threading

import aiohttp
import pytest
from yarl import URL

from custom_components.plex_pulse.api import (
    CertificateReader,
    PlexErrorReason,
    PlexServerClient,
    PlexWebsocket,
    RateLimiterRegistry,
    split_plex_direct,
)
from tests.clocks import ManualClock
from tests.fixtures.plex_direct import CERTIFICATE_NAME, OTHER_CERTIFICATE_NAME
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.authority import CertificateAuthority
from tests.simulator.certificate import self_signed_context

from .helpers import IDENTITY, failure

_SECONDS = 3.0


@pytest.fixture
async def session(
    socket_enabled: None, plex_direct_client_tls: ssl.SSLContext
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session that trusts the test authority."""
    connector = aiohttp.TCPConnector(ssl=plex_direct_client_tls)
    async with aiohttp.ClientSession(connector=connector) as session:
        yield session


@pytest.fixture
async def simulator(
    simulator: PlexSimulator, plex_direct_server_tls: ssl.SSLContext
) -> PlexSimulator:
    """Return the server with a certificate for its names, and plain http at the same port."""
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls, also_plain=True)
    return simulator


@pytest.fixture
def reader(authority: CertificateAuthority) -> CertificateReader:
    """Return a reader that trusts the test authority."""
    return CertificateReader(authority.client_context)


@pytest.fixture(scope="session")
def self_signed_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return a certificate for the right name that no authority has signed."""
    return self_signed_context(tmp_path_factory.mktemp("forged"), f"*.{CERTIFICATE_NAME}")


def proven_client(
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    url: str,
    name: str | None = CERTIFICATE_NAME,
) -> PlexServerClient:
    """Return a client for the server with a certificate name."""
    return PlexServerClient(
        session, url, TOKEN, identity=IDENTITY, rate_limiters=rate_limiters, certificate_name=name
    )


@pytest.mark.parametrize(
    ("url", "address", "name"),
    [
        ("https://192-0-2-7.0a1b.plex.direct:32400", "https://192.0.2.7:32400", "0a1b.plex.direct"),
        ("https://2001-DB8--7.0A1B.plex.direct", "https://[2001:db8::7]", "0a1b.plex.direct"),
        (
            "https://any.0a1b.plex.direct/base",
            "https://any.0a1b.plex.direct/base",
            "0a1b.plex.direct",
        ),
        ("http://192-0-2-7.0a1b.plex.direct", "http://192-0-2-7.0a1b.plex.direct", None),
        ("https://0a1b.plex.direct", "https://0a1b.plex.direct", None),
        ("https://plex.direct", "https://plex.direct", None),
        (
            "https://192-0-2-7.0a1b.plex.direct.example",
            "https://192-0-2-7.0a1b.plex.direct.example",
            None,
        ),
        ("https://192-0-2-7.x.0a1b.plex.direct", "https://192-0-2-7.x.0a1b.plex.direct", None),
    ],
)
def test_plex_direct_url_contains_address_and_name(
    url: str, address: str, name: str | None
) -> None:
    assert split_plex_direct(URL(url)) == (URL(address), name)


async def test_certificate_name_is_read_without_a_request(
    simulator: PlexSimulator, reader: CertificateReader, clock: ManualClock
) -> None:
    assert await reader.read_name(URL(simulator.url), clock, _SECONDS) == CERTIFICATE_NAME
    assert not simulator.requests


async def test_context_is_created_once_in_another_thread(
    simulator: PlexSimulator, authority: CertificateAuthority, clock: ManualClock
) -> None:
    """Loading the authorities would block the event loop."""
    threads: list[int] = []

    def create() -> ssl.SSLContext:
        threads.append(threading.get_ident())
        return authority.client_context()

    reader = CertificateReader(create)
    names = await asyncio.gather(
        *(reader.read_name(URL(simulator.url), clock, _SECONDS) for _ in range(3))
    )
    assert names == [CERTIFICATE_NAME] * 3
    assert len(threads) == 1
    assert threading.get_ident() not in threads


async def test_server_without_a_valid_certificate_from_plex_has_no_name(
    simulator: PlexSimulator,
    reader: CertificateReader,
    clock: ManualClock,
    authority: CertificateAuthority,
    self_signed_tls: ssl.SSLContext,
) -> None:
    """None is read from a plain, forged, unrelated, exact or bare certificate, or none at all."""
    contexts = [
        None,
        self_signed_tls,
        authority.issue("*.harbour.example"),
        authority.issue(f"server.{CERTIFICATE_NAME}"),
        authority.issue("*.plex.direct"),
    ]
    for context in contexts:
        await simulator.stop()
        await simulator.start(ssl_context=context)
        assert await reader.read_name(URL(simulator.url), clock, _SECONDS) is None
    await simulator.stop()
    assert await reader.read_name(URL(simulator.url), clock, _SECONDS) is None


async def test_handshake_that_never_ends_times_out(
    socket_enabled: None, reader: CertificateReader, clock: ManualClock
) -> None:
    connected = asyncio.Event()

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with AsyncExitStack() as stack:
            stack.callback(writer.close)
            connected.set()
            await reader.read()

    async with await asyncio.start_server(accept, "127.0.0.1") as server:
        port = server.sockets[0].getsockname()[1]
        url = URL(f"https://127.0.0.1:{port}")
        reading = asyncio.create_task(reader.read_name(url, clock, _SECONDS))
        await connected.wait()
        clock.advance(_SECONDS)
        assert await reading is None


@pytest.mark.parametrize("scheme", ["http", "https"])
async def test_proven_server_is_sent_requests_over_https(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    scheme: str,
) -> None:
    """A name in the configuration rules out plain http."""
    url = str(URL(simulator.url).with_scheme(scheme))
    await proven_client(session, rate_limiters, url).get_server()
    (connection,) = session.connector._conns  # type: ignore[union-attr] # noqa: SLF001
    assert connection.is_ssl


async def test_server_with_another_certificate_is_sent_nothing(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    other_server_tls: ssl.SSLContext,
    plex_direct_server_tls: ssl.SSLContext,
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=other_server_tls)
    client = proven_client(session, rate_limiters, simulator.url)
    error = await failure(client.get_server())
    assert (error.reason, error.attempts) == (PlexErrorReason.CERTIFICATE_CHANGED, 1)
    assert not error.is_transient
    assert not simulator.requests
    await simulator.stop()
    await simulator.start(ssl_context=plex_direct_server_tls)
    await client.get_server()


async def test_forged_certificate_is_not_reported_as_changed(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    self_signed_tls: ssl.SSLContext,
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_tls)
    error = await failure(proven_client(session, rate_limiters, simulator.url).get_server())
    assert error.reason is PlexErrorReason.BAD_CERTIFICATE


@pytest.mark.smoke
async def test_open_connections_are_not_shared_between_names(
    simulator: PlexSimulator, session: aiohttp.ClientSession, rate_limiters: RateLimiterRegistry
) -> None:
    """The certificate is verified only when a connection is opened."""
    await proven_client(session, rate_limiters, simulator.url).get_server()
    count = len(simulator.requests)
    for name, reason in (
        (OTHER_CERTIFICATE_NAME, PlexErrorReason.CERTIFICATE_CHANGED),
        (None, PlexErrorReason.BAD_CERTIFICATE),
    ):
        client = proven_client(session, rate_limiters, simulator.url, name)
        assert (await failure(client.get_server())).reason is reason
    assert len(simulator.requests) == count


async def test_websocket_is_opened_only_to_the_proven_server(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    rate_limiters: RateLimiterRegistry,
    leak_detector: LeakDetector,
) -> None:
    events: asyncio.Queue[object] = asyncio.Queue()
    for name, expected in (
        (OTHER_CERTIFICATE_NAME, PlexErrorReason.CERTIFICATE_CHANGED),
        (CERTIFICATE_NAME, True),
    ):
        websocket = PlexWebsocket(
            session,
            simulator.url,
            TOKEN,
            identity=IDENTITY,
            rate_limiters=rate_limiters,
            label="harbour",
            on_notification=events.put_nowait,
            on_connected=events.put_nowait,
            on_refused=lambda err: events.put_nowait(err.reason),
            certificate_name=name,
        )
        running = asyncio.create_task(websocket.run())
        assert await events.get() == expected
        assert bool(simulator.requests) is (expected is True)
        running.cancel()
        await asyncio.wait([running])
        while not events.empty():
            events.get_nowait()
