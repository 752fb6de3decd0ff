"""Fuzz Retry-After and Date: the result is bounded or None."""

import math
from typing import Final

from hypothesis import given, strategies as st

from custom_components.plex_pulse.api.http.rate_limiter import (
    MAX_RETRY_AFTER_SECONDS,
    parse_date,
    parse_retry_after,
)

from .mutation import mangled
from .profiles import fuzz

_DATES: Final = st.one_of(
    st.datetimes().map(lambda timestamp: f"{timestamp:%a, %d %b %Y %H:%M:%S} GMT"),
    st.sampled_from(
        (
            "Wed, 21 Oct 2026 07:28:00 GMT",
            "Wednesday, 21-Oct-26 07:28:00 GMT",
            "Wed Oct 21 07:28:00 2026",
            "21 Oct 99999 07:28:00 +9999",
            "1 Jan 1 00:00:00 -2359",
            "31 Dec 9999 23:59:60 +0000",
        )
    ),
).map(str.encode)
_NUMBERS: Final = st.one_of(
    st.floats().map(str), st.integers().map(str), st.sampled_from(("9" * 5_000, "1_0", "٣", "0x1"))
)
_VALUES: Final = st.one_of(
    _NUMBERS,
    _DATES.flatmap(mangled).map(lambda date: date.decode("latin-1")),
    st.text(max_size=40),
)


@fuzz
@given(_VALUES, st.floats(allow_nan=False, allow_infinity=False))
def test_any_retry_after_is_bounded_or_ignored(value: str, now: float) -> None:
    seconds = parse_retry_after(value, now)
    assert seconds is None or 0 < seconds <= MAX_RETRY_AFTER_SECONDS


@fuzz
@given(_VALUES)
def test_any_date_header_is_a_finite_timestamp_or_none(value: str) -> None:
    timestamp = parse_date(value)
    assert timestamp is None or math.isfinite(timestamp)
