"""Responses in which a list or object is missing, empty or replaced, one at a time."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Final

import aiohttp
import orjson
import pytest

from custom_components.plex_pulse.api import PlexApiError

from .calls import ACCOUNT_CALLS, SERVER_CALLS, Call, account_call, server_call
from .error_contract import assert_contract
from .json_nodes import Node, nodes
from .responses import http_response
from .type_conformance import conforms

_OUTERMOST: Final = 5
"""Number of lists and objects of a response to change, outermost first."""
_ODD: Final[tuple[object, ...]] = ([], {}, "x")


def _containers(document: object) -> list[Node]:
    """Return the nodes of the outermost lists and objects."""
    found = [node for node in nodes(document) if isinstance(node.value, dict | list)]
    return found[:_OUTERMOST]


def _variants(document: object) -> Iterator[bytes]:
    """Yield the response without each of its lists and objects, and with replacements."""
    root = {"": document}
    for index in range(len(_containers(root))):
        reduced = deepcopy(root)
        _containers(reduced)[index].remove()
        yield orjson.dumps(reduced.get(""))
        for odd in _ODD:
            other = deepcopy(root)
            _containers(other)[index].put(odd)
            yield orjson.dumps(other[""])


def _with_documents[C](calls: Mapping[str, Call[C]]) -> list[str]:
    """Return the names of the calls whose responses are documents."""
    return [name for name, call in calls.items() if not isinstance(call.answer, bytes)]


@pytest.mark.parametrize("name", _with_documents(SERVER_CALLS))
async def test_missing_parts_of_a_media_server_response_are_handled(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = SERVER_CALLS[name]
    for body in _variants(call.answer):
        try:
            value = await server_call(session, call, http_response(body))
        except PlexApiError as err:
            assert_contract(err)
        else:
            assert conforms(value, call.expected), value


@pytest.mark.parametrize("name", _with_documents(ACCOUNT_CALLS))
async def test_missing_parts_of_a_plex_tv_response_are_handled(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = ACCOUNT_CALLS[name]
    for body in _variants(call.answer):
        try:
            value = await account_call(session, call, http_response(body))
        except PlexApiError as err:
            assert_contract(err)
        else:
            assert conforms(value, call.expected), value
