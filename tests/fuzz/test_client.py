"""Whatever a server answers, a call to the client ends with a value or PlexApiError."""

from collections.abc import Mapping
from http import HTTPStatus
import inspect

import aiohttp
from hypothesis import event, given, strategies as st
import pytest

from custom_components.plex_pulse.api import PlexAccountClient, PlexApiError, PlexServerClient
from custom_components.plex_pulse.api.http.request import MAX_ERROR_BODY_BYTES
from tests.api.canaries import EMAIL, TOKEN
from tests.api.log_watch import LogWatch

from .answers import answers, whole
from .calls import ACCOUNT_CALLS, SERVER_CALLS, account_call, server_call
from .conformity import conforms
from .failures import hold
from .profiles import fuzz


@pytest.mark.parametrize("name", SERVER_CALLS)
@fuzz
@given(data=st.data())
async def test_a_media_server_may_answer_anything(
    session: aiohttp.ClientSession, log_watch: LogWatch, name: str, data: st.DataObject
) -> None:
    call = SERVER_CALLS[name]
    answer = data.draw(answers(call.bodies))
    log_watch.forget()
    try:
        value = await server_call(session, call, answer)
    except PlexApiError as err:
        hold(err)
    else:
        event("succeeded")
        assert conforms(value, call.promised), value
    assert not log_watch.leaks


@pytest.mark.parametrize("name", ACCOUNT_CALLS)
@fuzz
@given(data=st.data())
async def test_plex_tv_may_answer_anything(
    session: aiohttp.ClientSession, log_watch: LogWatch, name: str, data: st.DataObject
) -> None:
    call = ACCOUNT_CALLS[name]
    answer = data.draw(answers(call.bodies))
    log_watch.forget()
    try:
        value = await account_call(session, call, answer)
    except PlexApiError as err:
        hold(err)
    else:
        event("succeeded")
        assert conforms(value, call.promised), value
    assert not log_watch.leaks


@fuzz
@given(
    st.integers(MAX_ERROR_BODY_BYTES - 60, MAX_ERROR_BODY_BYTES),
    st.integers(0, len(f"{TOKEN} {EMAIL}") - 1),
)
async def test_half_a_secret_is_not_shown(
    session: aiohttp.ClientSession, log_watch: LogWatch, padding: int, missing: int
) -> None:
    """Neither the limit of an error body nor a lost connection cuts one in two."""
    body = b" " * padding + f"{TOKEN} {EMAIL}".encode()
    answer = whole(body, HTTPStatus.NOT_FOUND)
    log_watch.forget()
    with pytest.raises(PlexApiError) as caught:
        await server_call(session, SERVER_CALLS["get_identity"], answer[: len(answer) - missing])
    hold(caught.value)
    assert not log_watch.leaks
    assert TOKEN[:6] not in str(caught.value)
    assert EMAIL[:6] not in str(caught.value)


@pytest.mark.parametrize("name", SERVER_CALLS)
async def test_a_media_servers_answer_is_read_before_it_is_mutated(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = SERVER_CALLS[name]
    value = await server_call(session, call, whole(call.body))
    assert value or call.promised is None
    assert conforms(value, call.promised)


@pytest.mark.parametrize("name", ACCOUNT_CALLS)
async def test_an_answer_of_plex_tv_is_read_before_it_is_mutated(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = ACCOUNT_CALLS[name]
    value = await account_call(session, call, whole(call.body))
    assert value
    assert conforms(value, call.promised)


@pytest.mark.parametrize(
    ("client", "calls"), [(PlexServerClient, SERVER_CALLS), (PlexAccountClient, ACCOUNT_CALLS)]
)
def test_no_call_of_a_client_is_left_out(client: type, calls: Mapping[str, object]) -> None:
    """A name may be followed by which of its answers is mutated."""
    offered = {
        name
        for name, _ in inspect.getmembers(client, inspect.iscoroutinefunction)
        if not name.startswith("_")
    }
    assert {name.split()[0] for name in calls} == offered
