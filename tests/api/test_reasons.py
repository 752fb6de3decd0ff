"""The reasons of failures: every message of the client itself can be translated."""

import ast
from pathlib import Path

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RetryPolicy,
)
from custom_components.plex_pulse.api.http.classify import Redirect, status_failure
from custom_components.plex_pulse.api.http.error_body import ErrorBody
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient, failure
from .raw_server import raw_server

API = Path(__file__).parents[2] / "custom_components" / "plex_pulse" / "api"
ONCE = RetryPolicy(max_retries=0)


def _errors_without_reason(module: Path) -> list[int]:
    """Return the lines on which a module creates an error without a reason."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "PlexApiError"
        and "reason" not in {keyword.arg for keyword in node.keywords}
    ]


def test_every_error_that_the_client_creates_has_a_reason() -> None:
    found = {path.name: _errors_without_reason(path) for path in API.rglob("*.py")}
    assert not {name: lines for name, lines in found.items() if lines}


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.reset(), PlexErrorReason.CONNECTION_LOST),
        (Fault.cut_body(), PlexErrorReason.CONNECTION_LOST),
        (Fault.status(500, body=b""), PlexErrorReason.NO_DETAIL),
        (Fault.status(500, body=b"disk full"), None),
        (Fault.status(429, headers={"Retry-After": "60"}, body=b"slow down"), None),
    ],
    ids=["reset", "cut body", "no message", "message", "429"],
)
async def test_a_failure_has_a_reason_unless_the_server_explains_it(
    simulator: PlexSimulator, make_client: MakeClient, fault: Fault, reason: PlexErrorReason | None
) -> None:
    simulator.faults.add("/", fault)
    assert (await failure(make_client(policy=ONCE).get_server())).reason is reason


async def test_a_request_that_the_rate_limiter_does_not_send_is_blocked(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/", Fault.status(429, headers={"Retry-After": "60"}))
    await failure(client.get_server())
    error = await failure(client.get_server())
    assert (error.kind, error.reason) == (PlexErrorKind.RATE_LIMIT, PlexErrorReason.BLOCKED)
    assert error.attempts == 0
    assert len(simulator.requests) == 1


async def test_a_server_that_does_not_speak_http_sends_an_invalid_response(
    make_client: MakeClient,
) -> None:
    async with raw_server(b"\x15\x03\x03\x00\x02\x02\x50") as url:
        error = await failure(make_client(url=url, policy=ONCE).get_server())
    assert (error.kind, error.reason) == (
        PlexErrorKind.PROTOCOL,
        PlexErrorReason.INVALID_RESPONSE,
    )


async def test_a_closed_session_makes_the_server_unreachable(
    socket_enabled: None, make_client: MakeClient
) -> None:
    session = aiohttp.ClientSession()
    await session.close()
    error = await failure(make_client(session=session, policy=ONCE).get_server())
    assert (error.kind, error.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.UNREACHABLE)


async def test_an_image_of_another_host_is_not_requested(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    error = await failure(client.get_image("https://images.example/1", width=2, height=2))
    assert (error.kind, error.reason) == (PlexErrorKind.CLIENT, PlexErrorReason.EXTERNAL_IMAGE)
    assert not simulator.requests


def test_a_token_that_no_header_can_carry_is_unusable(make_client: MakeClient) -> None:
    with pytest.raises(PlexApiError) as caught:
        make_client(token="to\nken")
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert caught.value.reason is PlexErrorReason.UNUSABLE_TOKEN


def test_a_maintenance_response_without_a_message_means_starting_all_the_same() -> None:
    body = ErrorBody(code=503, is_plex_response=True)
    error = status_failure("GET /", 503, body, Redirect.NONE)
    assert error.reason is PlexErrorReason.STARTING
