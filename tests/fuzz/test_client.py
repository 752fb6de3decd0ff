"""Whatever a server answers, a call to the client ends with a value or PlexApiError."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

import aiohttp
from hypothesis import event, given, strategies as st
import orjson
import pytest

from custom_components.plex_pulse.api import (
    Account,
    HistoryPage,
    HostGates,
    Library,
    MediaItem,
    Pin,
    PlexAccountClient,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    RemoteAccess,
    Resource,
    RetryPolicy,
    ServerAccount,
    ServerIdentity,
    ServerImage,
    ServerInfo,
    ServerResources,
    ServerUpdate,
    Session,
)
from custom_components.plex_pulse.api.error_body import MAX_MESSAGE_LENGTH
from custom_components.plex_pulse.api.exchange import MAX_ERROR_BODY
from custom_components.plex_pulse.api.rate_limit import MAX_RETRY_AFTER
from tests.api.canaries import EMAIL, TOKEN
from tests.api.conftest import IDENTITY
from tests.api.log_watch import LogWatch
from tests.api.raw_server import raw_server
from tests.clock import ManualClock

from .answers import answers, whole
from .conformity import conforms
from .mutation import mangled, mutated
from .profiles import fuzz
from .shapes import ACCOUNT_ANSWERS, PICTURE, SERVER_ANSWERS

type _Call[C] = tuple[Callable[[C], Awaitable[object]], object]

_ONCE: Final = RetryPolicy(max_retries=1)
_PIN: Final = Pin(id=1, code="code", lifetime=timedelta(minutes=1), auth_token=None)

_SERVER_CALLS: Final[dict[str, _Call[PlexServerClient]]] = {
    "identity": (lambda client: client.get_identity(), ServerIdentity),
    "server_2020": (lambda client: client.get_server(), ServerInfo),
    "providers": (
        lambda client: client.get_providers(),
        tuple[ServerInfo, tuple[Library, ...]],
    ),
    "sections": (lambda client: client.get_libraries(), tuple[Library, ...]),
    "movies": (lambda client: client.get_movies("1"), tuple[MediaItem, ...]),
    "sessions_2022": (lambda client: client.get_sessions(), tuple[Session, ...]),
    "sessions_live_tv": (lambda client: client.get_sessions(), tuple[Session, ...]),
    "search": (lambda client: client.search("almanac", limit=5), tuple[MediaItem, ...]),
    "history": (lambda client: client.get_history(start=0, size=5, since=9), HistoryPage),
    "accounts": (lambda client: client.get_accounts(), tuple[ServerAccount, ...]),
    "remote_access": (lambda client: client.get_remote_access(), RemoteAccess),
    "resources": (lambda client: client.get_resources(), ServerResources),
    "update": (lambda client: client.get_update(), ServerUpdate),
    "picture": (lambda client: client.get_image("/t", width=2, height=2), ServerImage),
}
_ACCOUNT_CALLS: Final[dict[str, _Call[PlexAccountClient]]] = {
    "pin": (lambda client: client.get_pin(_PIN), Pin),
    "user": (lambda client: client.get_account(), Account),
    "servers": (lambda client: client.get_servers(), tuple[Resource, ...]),
}


async def _server_call(session: aiohttp.ClientSession, name: str, answer: bytes) -> object:
    """Return what a call to a Media Server that answers so ends with."""
    call, _ = _SERVER_CALLS[name]
    async with raw_server(answer) as url:
        gates = HostGates(ManualClock())
        client = PlexServerClient(session, url, TOKEN, identity=IDENTITY, gates=gates, policy=_ONCE)
        return await call(client)


async def _account_call(session: aiohttp.ClientSession, name: str, answer: bytes) -> object:
    """Return what a call to a plex.tv that answers so ends with."""
    call, _ = _ACCOUNT_CALLS[name]
    async with raw_server(answer) as url:
        gates = HostGates(ManualClock())
        client = PlexAccountClient(
            session, TOKEN, identity=IDENTITY, gates=gates, policy=_ONCE, url=url
        )
        return await call(client)


def _hold(err: PlexApiError) -> None:
    """Hold that a failure is one of the promised ones, and that it tells no secret."""
    event(f"failed: {err.kind}")
    assert err.kind in PlexErrorKind
    assert 0 < len(err.message) <= MAX_MESSAGE_LENGTH
    assert err.message.isprintable()
    assert err.retry_after is None or 0 <= err.retry_after <= MAX_RETRY_AFTER
    assert conforms(err.code, int | None)
    for text in (str(err), repr(err), err.endpoint):
        assert TOKEN not in text
        assert EMAIL not in text


@pytest.mark.parametrize("name", _SERVER_CALLS)
@fuzz
@given(data=st.data())
async def test_a_media_server_may_answer_anything(
    session: aiohttp.ClientSession, log_watch: LogWatch, name: str, data: st.DataObject
) -> None:
    _, expected = _SERVER_CALLS[name]
    answer = data.draw(
        answers(mangled(PICTURE) if name == "picture" else mutated(SERVER_ANSWERS[name]))
    )
    log_watch.forget()
    try:
        value = await _server_call(session, name, answer)
    except PlexApiError as err:
        _hold(err)
    else:
        event("succeeded")
        assert conforms(value, expected), value
    assert not log_watch.leaks


@pytest.mark.parametrize("name", _ACCOUNT_CALLS)
@fuzz
@given(data=st.data())
async def test_plex_tv_may_answer_anything(
    session: aiohttp.ClientSession, log_watch: LogWatch, name: str, data: st.DataObject
) -> None:
    _, expected = _ACCOUNT_CALLS[name]
    answer = data.draw(answers(mutated(ACCOUNT_ANSWERS[name])))
    log_watch.forget()
    try:
        value = await _account_call(session, name, answer)
    except PlexApiError as err:
        _hold(err)
    else:
        event("succeeded")
        assert conforms(value, expected), value
    assert not log_watch.leaks


@fuzz
@given(st.integers(MAX_ERROR_BODY - 60, MAX_ERROR_BODY), st.sampled_from((0, 1, 9, 30)))
async def test_half_a_secret_is_not_shown(
    session: aiohttp.ClientSession, log_watch: LogWatch, padding: int, missing: int
) -> None:
    """Neither the limit of an error body nor a lost connection cuts one in two."""
    body = b" " * padding + f"{TOKEN} {EMAIL}".encode()
    answer = whole(body, HTTPStatus.NOT_FOUND)
    log_watch.forget()
    with pytest.raises(PlexApiError) as caught:
        await _server_call(session, "identity", answer[: len(answer) - missing])
    _hold(caught.value)
    assert not log_watch.leaks
    assert TOKEN[:6] not in str(caught.value)
    assert EMAIL[:6] not in str(caught.value)


@pytest.mark.parametrize("name", _SERVER_CALLS)
async def test_a_media_servers_answer_is_read_before_it_is_mutated(
    session: aiohttp.ClientSession, name: str
) -> None:
    _, expected = _SERVER_CALLS[name]
    value = await _server_call(
        session, name, whole(PICTURE if name == "picture" else orjson.dumps(SERVER_ANSWERS[name]))
    )
    assert value
    assert conforms(value, expected)


@pytest.mark.parametrize("name", _ACCOUNT_CALLS)
async def test_an_answer_of_plex_tv_is_read_before_it_is_mutated(
    session: aiohttp.ClientSession, name: str
) -> None:
    _, expected = _ACCOUNT_CALLS[name]
    value = await _account_call(session, name, whole(orjson.dumps(ACCOUNT_ANSWERS[name])))
    assert value
    assert conforms(value, expected)
