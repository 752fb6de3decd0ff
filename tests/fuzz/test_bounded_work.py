"""What reading costs grows with what there is to read, and not faster."""

from collections.abc import Callable
import sys
from types import FrameType
from typing import Final

from hypothesis import given, strategies as st
import orjson

from custom_components.plex_pulse.api.http.error_body import read_error_body
from custom_components.plex_pulse.api.http.redact import Redactor
from custom_components.plex_pulse.api.http.request import MAX_ERROR_BODY_BYTES
from tests.api.canaries import TOKEN

from .answers import error_bodies
from .frames import NOTIFICATIONS
from .mutation import mutated
from .parsers import read_whole
from .profiles import fuzz
from .shapes import ACCOUNT_ANSWERS, SERVER_ANSWERS

_SHAPES: Final = SERVER_ANSWERS | ACCOUNT_ANSWERS | NOTIFICATIONS
_CALLS_PER_BYTE: Final = 4
_CALLS_ANYHOW: Final = 2_000


def calls_of(work: Callable[[], object]) -> int:
    """Return how many functions are called: time without a clock, the same on any machine."""
    count = 0

    def note(_frame: FrameType, what: str, _argument: object) -> None:
        nonlocal count
        count += what in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(before)
    return count


def _reads_within_bounds(body: bytes) -> bool:
    """Return whether each model is read from the whole answer in so many calls."""
    return calls_of(lambda: read_whole(body)) <= _CALLS_ANYHOW + _CALLS_PER_BYTE * len(body)


def test_reading_an_answer_as_it_should_be_takes_no_more_calls_either() -> None:
    assert all(_reads_within_bounds(orjson.dumps(shape)) for shape in _SHAPES.values())


@fuzz
@given(st.sampled_from(list(_SHAPES.values())).flatmap(mutated))
def test_reading_an_answer_takes_no_more_calls_than_its_length_allows(body: bytes) -> None:
    assert _reads_within_bounds(body)


@fuzz
@given(st.lists(error_bodies(), min_size=1, max_size=20).map(b"".join))
def test_reading_an_error_body_takes_no_more_calls_than_its_length_allows(body: bytes) -> None:
    """As much of it as the transport reads."""
    text = body[:MAX_ERROR_BODY_BYTES].decode("utf-8", "replace")
    redact = Redactor(TOKEN)
    calls = calls_of(lambda: read_error_body(text, redact))
    assert calls <= _CALLS_ANYHOW + _CALLS_PER_BYTE * len(text)
