"""A megabyte of an answer takes some sixteen times as long as a sixteenth of it."""

from collections.abc import Mapping
from typing import Final

import aiohttp
import pytest

from .answers import whole
from .calls import ACCOUNT_CALLS, SERVER_CALLS, Call, account_call, server_call
from .enlargement import nested, with_entries, with_texts
from .frames import NOTIFICATIONS
from .growth import TIMES_AS_LONG, grows_with_length
from .parsers import read_whole
from .shapes import ACCOUNT_ANSWERS, SERVER_ANSWERS
from .slots import Field, slots

_SHAPES: Final = SERVER_ANSWERS | ACCOUNT_ANSWERS | NOTIFICATIONS
_LARGE: Final = 2**20
_SMALL: Final = _LARGE // TIMES_AS_LONG
_DEEP: Final = 960
"""Levels; JSON of more than 1,024 is not read."""
_CONTAINERS: Final = sorted(
    {
        slot.name
        for shape in _SHAPES.values()
        for slot in slots(shape)
        if isinstance(slot, Field) and isinstance(slot.value, dict | list)
    }
)

_ALIKE: Final = {"get_items", "get_on_deck", "get_recently_added of a library"}
"""Calls that read the same answer just as another does."""


def _with_lists[C](calls: Mapping[str, Call[C]]) -> list[str]:
    """Return the names of the calls whose answers have lists."""
    return [
        name
        for name, call in calls.items()
        if name not in _ALIKE and any(with_entries(call.answer, 1))
    ]


async def _read(body: bytes) -> None:
    """Read a body in every way there is."""
    read_whole(body)


@pytest.mark.parametrize("name", _with_lists(SERVER_CALLS))
async def test_a_list_of_thousands_takes_a_media_servers_client_time_by_its_length(
    session: aiohttp.ClientSession, name: str
) -> None:
    """Whichever list of the answer it is."""
    call = SERVER_CALLS[name]

    async def ask(body: bytes) -> None:
        await server_call(session, call, whole(body))

    for small, large in zip(
        with_entries(call.answer, _SMALL), with_entries(call.answer, _LARGE), strict=True
    ):
        assert await grows_with_length(ask, small, large)


@pytest.mark.parametrize("name", _with_lists(ACCOUNT_CALLS))
async def test_a_list_of_thousands_takes_plex_tvs_client_time_by_its_length(
    session: aiohttp.ClientSession, name: str
) -> None:
    call = ACCOUNT_CALLS[name]

    async def ask(body: bytes) -> None:
        await account_call(session, call, whole(body))

    for small, large in zip(
        with_entries(call.answer, _SMALL), with_entries(call.answer, _LARGE), strict=True
    ):
        assert await grows_with_length(ask, small, large)


@pytest.mark.parametrize("name", NOTIFICATIONS)
async def test_a_list_of_thousands_in_a_frame_takes_time_by_its_length(name: str) -> None:
    frame = NOTIFICATIONS[name]
    for small, large in zip(with_entries(frame, _SMALL), with_entries(frame, _LARGE), strict=True):
        assert await grows_with_length(_read, small, large)


@pytest.mark.parametrize("word", ["x", "9", " ", "/", "2026-"])
async def test_long_texts_take_time_by_their_length(word: str) -> None:
    for name, shape in _SHAPES.items():
        small, large = with_texts(shape, word, _SMALL), with_texts(shape, word, _LARGE)
        assert await grows_with_length(_read, small, large), name


async def test_an_object_in_itself_takes_time_by_its_depth() -> None:
    """Whatever name it has."""
    for name in _CONTAINERS:
        shallow, deep = nested(name, _DEEP // TIMES_AS_LONG), nested(name, _DEEP)
        assert await grows_with_length(_read, shallow, deep), name


async def test_what_never_closes_takes_time_by_its_length() -> None:
    for word in (b"[", b'{"a":', b"9", b"-", b'"', b"\\", b"<", b" ", b"\xff"):
        small, large = word * (_SMALL // len(word)), word * (_LARGE // len(word))
        assert await grows_with_length(_read, small, large), word
