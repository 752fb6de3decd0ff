"""A single request: its headers, and the handling of unusual responses."""

from codecs import BOM_UTF8
from typing import Final

import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from custom_components.plex_pulse.api.http.limits import max_body_bytes
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import IDENTITY, MakeClient, failure

ONCE: Final = RetryPolicy(max_retries=0)


async def test_every_request_sends_the_client_identity_in_headers(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A URL may end up in a log."""
    await client.get_libraries()
    (request,) = simulator.requests
    assert request.headers["X-Plex-Token"] == TOKEN
    assert request.headers["X-Plex-Client-Identifier"] == IDENTITY.client_identifier
    assert request.headers["X-Plex-Product"] == IDENTITY.product
    assert request.headers["X-Plex-Version"] == IDENTITY.version
    assert request.headers["X-Plex-Platform"] == IDENTITY.platform
    assert request.headers["Accept"] == "application/json"
    assert not request.query


async def test_get_identity_sends_no_token(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """The address may belong to another server."""
    await make_client().get_identity()
    await make_client(token=None).get_identity()
    assert all("X-Plex-Token" not in request.headers for request in simulator.requests)
    error = await failure(make_client(token=None).get_libraries())
    assert error.kind is PlexErrorKind.AUTHENTICATION


@pytest.mark.parametrize("token", ["tökén", "line\r\nbreak", "zero\x00"])
def test_token_that_is_no_valid_header_is_rejected(make_client: MakeClient, token: str) -> None:
    """Nothing is sent."""
    with pytest.raises(PlexApiError) as caught:
        make_client(token=token)
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert caught.value.attempts == 0
    assert token not in str(caught.value)


@pytest.mark.parametrize(
    ("location", "reason"),
    [
        ("https://127.0.0.1:32400/", PlexErrorReason.SECURE_CONNECTION_REQUIRED),
        ("https://elsewhere.invalid/", PlexErrorReason.REDIRECT),
        ("http://127.0.0.1/web", PlexErrorReason.REDIRECT),
        ("/web/index.html", PlexErrorReason.REDIRECT),
        ("https://[", PlexErrorReason.REDIRECT),
        ("", PlexErrorReason.REDIRECT),
    ],
)
@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_redirects_are_not_followed(
    simulator: PlexSimulator,
    client: PlexServerClient,
    status: int,
    location: str,
    reason: PlexErrorReason,
) -> None:
    """The token would be sent to another host."""
    simulator.faults.add("/", Fault.redirect(location, status))
    error = await failure(client.get_server())
    assert (error.kind, error.reason, error.status) == (PlexErrorKind.CLIENT, reason, status)
    assert len(simulator.requests) == 1
    await client.get_server()


async def test_byte_order_mark_before_json_is_ignored(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    body = b'{"MediaContainer": {"machineIdentifier": "m", "friendlyName": "n", "version": "1"}}'
    simulator.faults.add("/", Fault.status(200, body=BOM_UTF8 + body))
    assert (await client.get_server()).machine_identifier == "m"


@pytest.mark.parametrize(
    ("fault", "message", "reason"),
    [
        (Fault.html(), "The response is a web page, not JSON", PlexErrorReason.WEB_PAGE),
        (
            Fault.status(200, body=b'<?xml version="1.0"?><!DOCTYPE html>'),
            "The response is a web page, not JSON",
            PlexErrorReason.WEB_PAGE,
        ),
        (
            Fault.status(200, body=b"<MediaContainer/>"),
            "The response is XML, not JSON",
            PlexErrorReason.XML,
        ),
        (
            Fault.status(200, body=b' <?xml version="1.0"?><MediaContainer/>'),
            "The response is XML, not JSON",
            PlexErrorReason.XML,
        ),
        (Fault.status(200, body=b""), "The response is empty", PlexErrorReason.INVALID_RESPONSE),
        (Fault.status(204, body=b""), "The response is empty", PlexErrorReason.INVALID_RESPONSE),
        (
            Fault.wrong_json(b'{"MediaContainer":{"siz'),
            "The response is not valid JSON",
            PlexErrorReason.INVALID_RESPONSE,
        ),
        (
            Fault.wrong_json(b"\xff\xfe"),
            "The response is not valid JSON",
            PlexErrorReason.INVALID_RESPONSE,
        ),
        (
            Fault.wrong_json({"MediaContainer": []}),
            "The response has no MediaContainer",
            PlexErrorReason.INVALID_RESPONSE,
        ),
        (
            Fault.wrong_json([1]),
            "The response is not a JSON object",
            PlexErrorReason.INVALID_RESPONSE,
        ),
        (
            Fault.wrong_json({"MediaContainer": {}}),
            "The response lacks required fields",
            PlexErrorReason.INVALID_RESPONSE,
        ),
        (Fault.oversize(), "The response is larger than 256 KiB", PlexErrorReason.TOO_LARGE),
    ],
    ids=[
        "HTML",
        "XHTML",
        "XML",
        "XML declaration",
        "empty",
        "204",
        "cut",
        "binary",
        "list",
        "number",
        "void",
        "oversize",
    ],
)
async def test_success_that_is_not_plex_json_is_a_protocol_error(
    simulator: PlexSimulator,
    client: PlexServerClient,
    fault: Fault,
    message: str,
    reason: PlexErrorReason,
) -> None:
    """The message names what was received instead."""
    simulator.faults.add("/", fault)
    error = await failure(client.get_server())
    assert (error.kind, error.message, error.reason) == (PlexErrorKind.PROTOCOL, message, reason)
    assert error.status == fault.status_code
    await client.get_server()


async def test_body_is_read_up_to_its_limit(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A body just below the limit is read completely; of an error 16 KiB are read."""
    limit = max_body_bytes("/library/sections")
    simulator.faults.add("/library/sections", Fault.oversize(limit // 2))
    assert await client.get_libraries() == ()
    assert client.statistics.bytes_received > limit // 2
    before = client.statistics.bytes_received
    simulator.faults.add("/library/sections", Fault.oversize(64 * 2**20))
    await failure(client.get_libraries())
    assert client.statistics.bytes_received - before < limit + 2**20
    before = client.statistics.bytes_received
    simulator.faults.add("/library/sections", Fault.status(400, body=b" " * 2**20))
    await failure(client.get_libraries())
    assert client.statistics.bytes_received - before < 2**19


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.cut_body(), "The response ended too early"),
        (Fault.reset(), "The server closed the connection"),
        (Fault.disconnect(), "The server closed the connection"),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
async def test_truncated_response_is_a_transient_network_error(
    simulator: PlexSimulator, make_client: MakeClient, fault: Fault, message: str
) -> None:
    client = make_client(policy=ONCE)
    simulator.faults.add("/", fault)
    error = await failure(client.get_server())
    assert (error.kind, error.message) == (PlexErrorKind.NETWORK, message)
    assert error.status is None
    assert error.is_transient
    await client.get_server()
