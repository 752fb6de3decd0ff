"""Fuzz responses: every call of the client returns a value or raises PlexApiError."""

from collections.abc import Mapping
from http import HTTPStatus
import inspect

import aiohttp
from hypothesis import event, given, strategies as st
import pytest

from custom_components.plex_pulse.api import PlexAccountClient, PlexApiError, PlexServerClient
from custom_components.plex_pulse.api.http.limits import MAX_ERROR_BODY_BYTES
from tests.leak_detector import LeakDetector
from tests.secrets import EMAIL, TOKEN

from .calls import ACCOUNT_CALLS, SERVER_CALLS, account_call, server_call
from .error_contract import assert_contract
from .profiles import fuzz
from .responses import http_response, responses
from .type_conformance import conforms


@pytest.mark.parametrize("name", SERVER_CALLS)
@fuzz
@given(data=st.data())
async def test_any_media_server_response_gives_a_value_or_plex_api_error(
    session: aiohttp.ClientSession, leak_detector: LeakDetector, name: str, data: st.DataObject
) -> None:
    call = SERVER_CALLS[name]
    answer = data.draw(responses(call.bodies))
    leak_detector.forget()
    try:
        value = await server_call(session, call, answer)
    except PlexApiError as err:
        assert_contract(err)
    else:
        event("succeeded")
        assert conforms(value, call.expected), value
    assert not leak_detector.leaks


@pytest.mark.parametrize("name", ACCOUNT_CALLS)
@fuzz
@given(data=st.data())
async def test_any_plex_tv_response_gives_a_value_or_plex_api_error(
    session: aiohttp.ClientSession, leak_detector: LeakDetector, name: str, data: st.DataObject
) -> None:
    call = ACCOUNT_CALLS[name]
    answer = data.draw(responses(call.bodies))
    leak_detector.forget()
    try:
        value = await account_call(session, call, answer)
    except PlexApiError as err:
        assert_contract(err)
    else:
        event("succeeded")
        assert conforms(value, call.expected), value
    assert not leak_detector.leaks


@fuzz
@given(
    st.integers(MAX_ERROR_BODY_BYTES - 60, MAX_ERROR_BODY_BYTES),
    st.integers(0, len(f"{TOKEN} {EMAIL}") - 1),
)
async def test_partial_secret_at_the_end_of_a_body_is_redacted(
    session: aiohttp.ClientSession, leak_detector: LeakDetector, padding: int, missing: int
) -> None:
    """The limit of an error body or a lost connection may cut a secret."""
    body = b" " * padding + f"{TOKEN} {EMAIL}".encode()
    answer = http_response(body, HTTPStatus.NOT_FOUND)
    leak_detector.forget()
    with pytest.raises(PlexApiError) as caught:
        await server_call(session, SERVER_CALLS["get_identity"], answer[: len(answer) - missing])
    assert_contract(caught.value)
    assert not leak_detector.leaks
    assert TOKEN[:6] not in str(caught.value)
    assert EMAIL[:6] not in str(caught.value)


@pytest.mark.parametrize("name", SERVER_CALLS)
async def test_unmutated_media_server_response_gives_a_value(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = SERVER_CALLS[name]
    value = await server_call(session, call, http_response(call.body))
    assert value or call.expected is None
    assert conforms(value, call.expected)


@pytest.mark.parametrize("name", ACCOUNT_CALLS)
async def test_unmutated_plex_tv_response_gives_a_value(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = ACCOUNT_CALLS[name]
    value = await account_call(session, call, http_response(call.body))
    assert value
    assert conforms(value, call.expected)


@pytest.mark.parametrize(
    ("client", "calls"), [(PlexServerClient, SERVER_CALLS), (PlexAccountClient, ACCOUNT_CALLS)]
)
def test_all_client_methods_are_fuzzed(client: type, calls: Mapping[str, object]) -> None:
    """Entries may add the variant of the mutated response to the method's name."""
    offered = {
        name
        for name, _ in inspect.getmembers(client, inspect.iscoroutinefunction)
        # A TCP probe has no response to mutate.
        if not name.startswith("_") and name != "probe_tcp"
    }
    assert {name.split()[0] for name in calls} == offered
