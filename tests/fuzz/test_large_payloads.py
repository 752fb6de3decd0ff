"""Large responses are read in linear time: 240 KiB against a sixteenth of it."""

from collections.abc import Mapping
from typing import Final

import aiohttp
import pytest

from .calls import ACCOUNT_CALLS, SERVER_CALLS, Call, account_call, server_call
from .complexity import LENGTH_RATIO, is_linear_in_length
from .frames import NOTIFICATIONS
from .json_nodes import Field, nodes
from .large_payloads import nested, with_long_texts, with_many_entries
from .parsers import read_in_every_way
from .payload_templates import ACCOUNT_PAYLOADS, SERVER_PAYLOADS
from .responses import http_response

_PAYLOADS: Final = SERVER_PAYLOADS | ACCOUNT_PAYLOADS | NOTIFICATIONS
_LARGE: Final = 240 * 2**10
"""Bytes; every endpoint whose response has a list accepts as many."""
_SMALL: Final = _LARGE // LENGTH_RATIO
_DEEP: Final = 960
"""Levels of nesting; JSON with more than 1,024 is rejected."""
_CONTAINERS: Final = sorted(
    {
        node.name
        for shape in _PAYLOADS.values()
        for node in nodes(shape)
        if isinstance(node, Field) and isinstance(node.value, dict | list)
    }
)

_ALIKE: Final = {"get_items", "get_on_deck", "get_recently_added of a library"}
"""Calls that read the same response in the same way as another call."""


def _with_lists[C](calls: Mapping[str, Call[C]]) -> list[str]:
    """Return the names of the calls whose responses contain lists."""
    return [
        name
        for name, call in calls.items()
        if name not in _ALIKE and any(with_many_entries(call.answer, 1))
    ]


async def _read(body: bytes) -> None:
    """Read a body with every decoder and parser."""
    read_in_every_way(body)


@pytest.mark.parametrize("name", _with_lists(SERVER_CALLS))
async def test_long_lists_of_a_media_server_are_read_in_linear_time(
    session: aiohttp.ClientSession, name: str
) -> None:
    """Each list of the response is enlarged in turn."""
    call = SERVER_CALLS[name]

    async def invoke(body: bytes) -> None:
        await server_call(session, call, http_response(body))

    for small, large in zip(
        with_many_entries(call.answer, _SMALL), with_many_entries(call.answer, _LARGE), strict=True
    ):
        assert await is_linear_in_length(invoke, small, large)


@pytest.mark.parametrize("name", _with_lists(ACCOUNT_CALLS))
async def test_long_lists_of_plex_tv_are_read_in_linear_time(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = ACCOUNT_CALLS[name]

    async def invoke(body: bytes) -> None:
        await account_call(session, call, http_response(body))

    for small, large in zip(
        with_many_entries(call.answer, _SMALL), with_many_entries(call.answer, _LARGE), strict=True
    ):
        assert await is_linear_in_length(invoke, small, large)


@pytest.mark.parametrize("name", NOTIFICATIONS)
async def test_long_lists_in_a_frame_are_read_in_linear_time(name: str) -> None:
    frame = NOTIFICATIONS[name]
    for small, large in zip(
        with_many_entries(frame, _SMALL), with_many_entries(frame, _LARGE), strict=True
    ):
        assert await is_linear_in_length(_read, small, large)


@pytest.mark.parametrize("word", ["x", "9", " ", "/", "2026-"])
async def test_long_texts_are_read_in_linear_time(word: str) -> None:
    for name, shape in _PAYLOADS.items():
        small, large = with_long_texts(shape, word, _SMALL), with_long_texts(shape, word, _LARGE)
        assert await is_linear_in_length(_read, small, large), name


async def test_nested_objects_are_read_in_linear_time() -> None:
    """Any name of a key may be the nested one."""
    for name in _CONTAINERS:
        shallow, deep = nested(name, _DEEP // LENGTH_RATIO), nested(name, _DEEP)
        assert await is_linear_in_length(_read, shallow, deep), name


async def test_unclosed_brackets_are_read_in_linear_time() -> None:
    for word in (b"[", b'{"a":', b"9", b"-", b'"', b"\\", b"<", b" ", b"\xff"):
        small, large = word * (_SMALL // len(word)), word * (_LARGE // len(word))
        assert await is_linear_in_length(_read, small, large), word
