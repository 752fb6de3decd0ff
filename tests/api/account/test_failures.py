"""The account of a token, and which errors of plex.tv mean that the token is invalid."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Final

import pytest

from custom_components.plex_pulse.api import (
    PlexAccountClient,
    PlexErrorKind,
    RateLimiterRegistry,
    RetryPolicy,
)
from tests.api.helpers import failure
from tests.clocks import EventfulClock, HeldClock
from tests.secrets import EMAIL, TOKEN
from tests.simulator import Fault, Outage, PlexTvSimulator, error_fault

from .helpers import ACCOUNT, MakeAccount

USER: Final = "/api/v2/user"


async def test_get_account_returns_id_and_name_but_no_email(
    plextv: PlexTvSimulator, account: PlexAccountClient
) -> None:
    found = await account.get_account()
    assert (found.id, found.name) == (plextv.accounts[ACCOUNT].id, "Canary Viewer")
    assert found.uuid is not None
    assert EMAIL not in repr(found)
    (request,) = plextv.requests
    assert request.headers["X-Plex-Token"] == TOKEN
    assert not request.query


@pytest.mark.parametrize(
    "body",
    [
        b'{"errors":[{"code":1001,"message":"User could not be authenticated","status":401}]}',
        b'<errors><error code="1001" message="User could not be authenticated"/></errors>',
    ],
    ids=["JSON", "XML"],
)
async def test_only_plex_tv_error_bodies_mean_an_invalid_token(
    plextv: PlexTvSimulator, account: PlexAccountClient, body: bytes
) -> None:
    """Both formats of plex.tv's error bodies are recognized."""
    plextv.faults.add(USER, Fault.status(401, body=body, content_type="text/plain"))
    error = await failure(account.get_account())
    assert (error.kind, error.code) == (PlexErrorKind.AUTHENTICATION, 1001)
    assert error.message == "User could not be authenticated"
    assert (await account.get_account()).name == "Canary Viewer"


async def test_unknown_token_is_an_authentication_error(
    plextv: PlexTvSimulator, make_account: MakeAccount
) -> None:
    """A valid token is not affected."""
    wrong = make_account("withdrawn-token")
    for call in (wrong.get_account, wrong.get_servers):
        error = await failure(call())
        assert (error.kind, error.status, error.code) == (PlexErrorKind.AUTHENTICATION, 401, 1001)
        assert not error.is_transient
    assert len(plextv.requests) == 2
    assert await make_account().get_servers() == ()


@pytest.mark.parametrize(
    ("status", "code", "message", "kind"),
    [
        (422, 1000, "Invalid token", PlexErrorKind.AUTHENTICATION),
        (422, 1000, "X-Plex-Client-Identifier is missing", PlexErrorKind.CLIENT),
        (401, 1029, "Please enter the verification code", PlexErrorKind.AUTHENTICATION),
        (403, 1044, "This account may not do that", PlexErrorKind.CLIENT),
        (404, 1020, "Code not found or expired", PlexErrorKind.CLIENT),
        (400, 1000, "X-Plex-Client-Identifier is missing", PlexErrorKind.CLIENT),
        (500, 1000, "Internal error", PlexErrorKind.SERVER),
    ],
)
async def test_plex_tv_errors_are_classified_by_status_and_code(
    plextv: PlexTvSimulator,
    account: PlexAccountClient,
    status: int,
    code: int,
    message: str,
    kind: PlexErrorKind,
) -> None:
    plextv.faults.add(USER, error_fault(status, code, message))
    error = await failure(account.get_account())
    assert (error.kind, error.status, error.code, error.message) == (kind, status, code, message)
    assert (await account.get_account()).name == "Canary Viewer"


@pytest.mark.parametrize(
    "fault",
    [
        *(Fault.status(status, body=b"") for status in (401, 403, 404, 502, 503)),
        *(Fault.status(status) for status in (401, 403, 404, 503)),
        Fault.status(401, body=b'{"error":"denied by the proxy"}'),
        Fault.status(404, body=b'{"errors":[{"code":404,"message":"no such upstream"}]}'),
    ],
    ids=lambda fault: f"{fault.status_code} {fault.body[:8].decode()}",
)
async def test_plex_tv_outage_is_retried_and_not_an_invalid_token(
    plextv: PlexTvSimulator, make_account: MakeAccount, fault: Fault
) -> None:
    plextv.faults.add(USER, fault)
    error = await failure(make_account().get_account())
    assert (error.kind, error.status) == (PlexErrorKind.SERVER, fault.status_code)
    assert error.is_transient
    plextv.faults.add(USER, fault)
    assert (await make_account(policy=None).get_account()).name == "Canary Viewer"


async def test_html_with_status_200_is_a_protocol_error(
    plextv: PlexTvSimulator, account: PlexAccountClient
) -> None:
    plextv.begin_outage(Outage.PAGE)
    for call in (account.get_account, account.get_servers, account.create_pin):
        assert (await failure(call())).kind is PlexErrorKind.PROTOCOL
    plextv.end_outage()
    assert (await account.get_account()).name == "Canary Viewer"


async def test_plex_tv_timeout_is_a_network_error(
    plextv: PlexTvSimulator, account: PlexAccountClient, clock: EventfulClock
) -> None:
    plextv.begin_outage(Outage.HANG)
    call = asyncio.create_task(failure(account.get_servers()))
    await plextv.fault_reached()
    clock.advance(10)
    assert (await call).kind is PlexErrorKind.NETWORK
    plextv.end_outage()
    assert await account.get_servers() == ()


async def test_plex_tv_429s_double_the_backoff_of_all_clients(
    plextv: PlexTvSimulator, make_account: MakeAccount, clock: EventfulClock
) -> None:
    """Code 1003 has no Retry-After; a success resets the backoff."""
    plextv.limit_rate(times=4)
    for seconds in (1, 2, 4, 8):
        error = await failure(make_account().get_account())
        assert (error.kind, error.code) == (PlexErrorKind.RATE_LIMIT, 1003)
        assert error.retry_after == seconds
        hurried = make_account(token=None, policy=RetryPolicy(total_timeout=0.5))
        error = await failure(hurried.create_pin())
        assert (error.kind, error.attempts) == (PlexErrorKind.RATE_LIMIT, 0)
        clock.advance(seconds)
    assert len(plextv.requests) == 4
    assert (await make_account().get_account()).name == "Canary Viewer"
    clock.advance(1)
    plextv.limit_rate()
    assert (await failure(make_account().get_account())).retry_after == 1


async def test_plex_tv_gets_at_most_five_requests_per_second(
    plextv: PlexTvSimulator, make_account: MakeAccount
) -> None:
    """The limit holds across clients and endpoints."""
    clock = HeldClock()
    rate_limiters = RateLimiterRegistry(clock)
    asking: tuple[Callable[[], Coroutine[object, object, object]], ...] = (
        make_account(rate_limiters=rate_limiters).get_account,
        make_account(rate_limiters=rate_limiters).get_servers,
    )
    calls = {asyncio.create_task(ask()) for ask in asking * 3}
    for left in range(len(calls) - 1, 0, -1):
        _, calls = await asyncio.wait(calls, return_when=asyncio.FIRST_COMPLETED)
        clock.advance(0.1)
        assert clock.asleep == len(calls) == left
        assert len(plextv.requests) == 6 - left
        clock.advance(0.11)
    await asyncio.wait(calls)
    assert len(plextv.requests) == 6


@pytest.mark.parametrize("answer", [{}, {"id": "?"}, [], 5], ids=repr)
async def test_account_without_an_id_is_a_protocol_error(
    plextv: PlexTvSimulator, account: PlexAccountClient, answer: object
) -> None:
    """The token may still be valid."""
    plextv.faults.add(USER, Fault.wrong_json(answer))
    assert (await failure(account.get_account())).kind is PlexErrorKind.PROTOCOL
    assert (await account.get_account()).name == "Canary Viewer"


async def test_server_list_of_another_type_is_a_protocol_error(
    plextv: PlexTvSimulator, account: PlexAccountClient
) -> None:
    """It does not mean that the account has no servers."""
    plextv.faults.add("/api/v2/resources", Fault.wrong_json({"MediaContainer": {}}))
    assert (await failure(account.get_servers())).kind is PlexErrorKind.PROTOCOL
    assert await account.get_servers() == ()
