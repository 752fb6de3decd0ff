"""The number of function calls for reading is linear in the length of the input."""

from collections.abc import Callable
import sys
from types import FrameType
from typing import Final

from hypothesis import given, strategies as st
import orjson

from custom_components.plex_pulse.api.http.error_body import read_error_body
from custom_components.plex_pulse.api.http.limits import MAX_ERROR_BODY_BYTES
from custom_components.plex_pulse.api.http.redact import Redactor
from tests.secrets import TOKEN

from .frames import NOTIFICATIONS
from .mutation import mutated
from .parsers import read_in_every_way
from .payload_templates import ACCOUNT_PAYLOADS, SERVER_PAYLOADS
from .profiles import fuzz
from .responses import error_bodies

_PAYLOADS: Final = SERVER_PAYLOADS | ACCOUNT_PAYLOADS | NOTIFICATIONS
_CALLS_PER_BYTE: Final = 6
_BASE_CALLS: Final = 2_000


def calls_of(work: Callable[[], object]) -> int:
    """Return the number of function calls: a measure of time that is the same on any machine."""
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
    """Return whether every parser reads the response within the allowed number of calls."""
    return calls_of(lambda: read_in_every_way(body)) <= _BASE_CALLS + _CALLS_PER_BYTE * len(body)


def test_calls_for_a_valid_response_are_bounded_by_its_length() -> None:
    assert all(_reads_within_bounds(orjson.dumps(shape)) for shape in _PAYLOADS.values())


@fuzz
@given(st.sampled_from(list(_PAYLOADS.values())).flatmap(mutated))
def test_calls_for_any_response_are_bounded_by_its_length(body: bytes) -> None:
    assert _reads_within_bounds(body)


@fuzz
@given(st.lists(error_bodies(), min_size=1, max_size=20).map(b"".join))
def test_calls_for_any_error_body_are_bounded_by_its_length(body: bytes) -> None:
    """The body is cut where the transport stops reading."""
    text = body[:MAX_ERROR_BODY_BYTES].decode("utf-8", "replace")
    redact = Redactor(TOKEN)
    calls = calls_of(lambda: read_error_body(text, redact))
    assert calls <= _BASE_CALLS + _CALLS_PER_BYTE * len(text)
