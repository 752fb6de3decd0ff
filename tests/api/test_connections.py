"""Addresses with no server, with another service, or with an unusable certificate."""

import asyncio
import socket
import ssl
from typing import override

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator
from tests.simulator.certificate import self_signed_context

from .helpers import MakeClient
from .raw_server import raw_server

ONCE = RetryPolicy(max_retries=0)


async def failure(client: PlexServerClient) -> PlexApiError:
    """Return the error of a call and assert that no exception of aiohttp is chained to it."""
    with pytest.raises(PlexApiError) as caught:
        await client.get_server()
    error: BaseException | None = caught.value
    while error is not None:
        assert not isinstance(error, aiohttp.ClientError | OSError | ssl.SSLError)
        error = error.__cause__ or error.__context__
    return caught.value


class Resolver(AbstractResolver):
    """Resolve every name to 127.0.0.1, or fail with an error."""

    def __init__(self, answer: Exception | int) -> None:
        """Take the error, or the port of 127.0.0.1."""
        self._answer = answer

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Return the address or raise the error."""
        if isinstance(self._answer, Exception):
            raise self._answer
        return [
            ResolveResult(
                hostname=host, host="127.0.0.1", port=self._answer, family=family, proto=0, flags=0
            )
        ]

    @override
    async def close(self) -> None:
        """Do nothing: there are no resources to close."""


@pytest.fixture(scope="session")
def self_signed_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return the TLS context of a server with a self-signed certificate."""
    return self_signed_context(tmp_path_factory.mktemp("certificate"), address="127.0.0.1")


@pytest.mark.parametrize(
    "error",
    [OSError(-2, "Name or service not known"), UnicodeError("label too long")],
    ids=["unknown", "impossible"],
)
async def test_unresolvable_host_name_is_a_network_error(
    make_client: MakeClient, simulator: PlexSimulator, error: Exception
) -> None:
    """The message does not contain the name."""
    connector = aiohttp.TCPConnector(resolver=Resolver(error))
    async with aiohttp.ClientSession(connector=connector) as session:
        client = make_client(url="http://nas.invalid:32400", session=session, policy=ONCE)
        caught = await failure(client)
    assert caught.kind is PlexErrorKind.NETWORK
    assert caught.reason is PlexErrorReason.UNKNOWN_HOST
    assert "nas.invalid" not in str(caught)
    connector = aiohttp.TCPConnector(resolver=Resolver(simulator.port))
    async with aiohttp.ClientSession(connector=connector) as session:
        await make_client(url="http://nas.invalid:32400", session=session).get_server()


async def test_refused_connection_is_retried_until_the_server_is_up(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    await simulator.stop()
    error = await failure(client)
    assert (error.kind, error.attempts) == (PlexErrorKind.NETWORK, 4)
    assert error.message == "The server cannot be reached"
    await simulator.start()
    await client.get_server()


async def test_untrusted_certificate_is_not_retried(
    simulator: PlexSimulator,
    make_client: MakeClient,
    self_signed_tls: ssl.SSLContext,
) -> None:
    """A retry cannot succeed; turning off verification does."""
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_tls)
    error = await failure(make_client())
    assert (error.kind, error.attempts) == (PlexErrorKind.NETWORK, 1)
    assert error.reason is PlexErrorReason.BAD_CERTIFICATE
    assert not error.is_transient
    connector = aiohttp.TCPConnector(ssl=False)
    async with aiohttp.ClientSession(connector=connector) as session:
        await make_client(session=session).get_server()


async def test_https_to_a_plain_port_is_a_network_error(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    error = await failure(make_client(url=simulator.url.replace("http:", "https:")))
    assert error.kind is PlexErrorKind.NETWORK
    assert error.message == "No secure connection could be agreed on"
    await make_client().get_server()


async def test_http_to_a_tls_port_raises_plex_api_error(
    simulator: PlexSimulator, make_client: MakeClient, self_signed_tls: ssl.SSLContext
) -> None:
    """The TLS side answers plain text with something that is not HTTP, or with nothing."""
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_tls)
    client = make_client(url=simulator.url.replace("https:", "http:"), policy=ONCE)
    assert (await failure(client)).kind in {PlexErrorKind.NETWORK, PlexErrorKind.PROTOCOL}


async def test_closed_session_raises_plex_api_error(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """This can happen while an application shuts down."""
    session = aiohttp.ClientSession()
    client = make_client(session=session)
    await client.get_server()
    await session.close()
    error = await failure(client)
    assert error.kind is PlexErrorKind.NETWORK
    assert simulator.count("/") == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"\x15\x03\x01\x00\x02\x02\x28",
        b"HTTP/1.1 two hundred\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Encoding: gzip\r\n\r\nhello",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel",
        b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 100_000 + b"\r\n\r\n",
        b"HTTP/1.1 999 Beyond\r\nContent-Length: 0\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nContent-Type: ;;\xff\r\nContent-Length: 2\r\n\r\n{}",
        b"HTTP/1.1 200 OK\r\nSet-Cookie: \xff=\xff; Domain=..\r\nContent-Length: 2\r\n\r\n{}",
        b"",
    ],
    ids=lambda answer: answer[:40].decode("latin-1").encode("unicode_escape").decode(),
)
async def test_response_of_another_protocol_raises_plex_api_error(
    socket_enabled: None,
    make_client: MakeClient,
    simulator: PlexSimulator,
    leak_detector: LeakDetector,
    answer: bytes,
) -> None:
    """A wrong port in the settings must not end in a traceback."""
    async with raw_server(answer) as url:
        error = await failure(make_client(url=url, policy=ONCE))
    leak_detector.forbid_address("127.0.0.1", int(url.rpartition(":")[2]))
    assert error.kind in {PlexErrorKind.NETWORK, PlexErrorKind.PROTOCOL, PlexErrorKind.SERVER}
    assert len(error.message) <= 200
    assert TOKEN not in str(error)
    assert "127.0.0.1" not in str(error)
    assert simulator.requests == []


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.status(status) for status in (302, 401, 404, 429, 500, 503)),
        Fault.html(),
        Fault.cut_body(),
        Fault.reset(),
        Fault.disconnect(),
        Fault.hang(),
        Fault.hang_body(),
        Fault.oversize(),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status_code}",
)
async def test_plex_api_error_has_no_aiohttp_exception_as_cause(
    simulator: PlexSimulator, make_client: MakeClient, clock: ManualClock, fault: Fault
) -> None:
    """Texts of aiohttp contain the host, and tracebacks print chained exceptions."""
    client = make_client(policy=ONCE)
    simulator.faults.add("/", fault)
    call = asyncio.create_task(failure(client))
    if fault.kind.startswith("hang"):
        await simulator.fault_reached()
        clock.advance(10)
    error = await call
    assert simulator.host not in repr(error)
    clock.advance(1)
    await client.get_server()
