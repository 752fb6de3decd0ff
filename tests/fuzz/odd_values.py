"""Unusual values of all types."""

from copy import deepcopy
from typing import Final

from hypothesis import strategies as st

from tests.secrets import EMAIL, TOKEN

_WORDS: Final = (
    "",
    " ",
    "0",
    "1",
    "-1",
    "1.5",
    "1e400",
    "nan",
    "-inf",
    "1_000",
    "٣",
    "²",
    "9" * 5_000,
    "x" * 10_000,
    "true",
    "null",
    "*",
    "/",
    "library://",
    "transcodeSession.",
    "com.plexapp.plugins.library",
    "content",
    "\0\x1b[31m\r\n",
    "\u202eright to left\u2066",
    "🎬" * 300,
    "9999-12-31T23:59:59-23:59",
    "0001-01-01T00:00:00+23:59",
    f"https://attic.example/?X-Plex-Token={TOKEN}",
    f"{TOKEN} {EMAIL}",
)
_NUMBERS: Final = (
    *(sign * 2**power for power in (0, 31, 53, 62, 63, 64, 100) for sign in (1, -1)),
    0,
    -0.0,
    0.5,
    5e-324,
    1e18,
    1.7e308,
    253_402_300_800,
)
SIMPLE: Final[tuple[str | float | None, ...]] = (*_WORDS, *_NUMBERS, None, True, False)

# Not valid JSON, but some servers send it, and responses may be truncated or forged.
UNREADABLE: Final = {
    "@nan": b"NaN",
    "@infinity": b"-Infinity",
    "@overflow": b"1e999",
    "@digits": b"9" * 5_000,
    "@lone surrogate": b'"\\ud800"',
    "@cut escape": b'"\\u00"',
    "@deep list": b"[" * 5_000 + b"]" * 5_000,
    "@deep object": b'{"a":' * 5_000 + b"0" + b"}" * 5_000,
}
_READABLE_DEPTH: Final = 900
DEEP: Final = {"@readable depth": b"[" * _READABLE_DEPTH + b"]" * _READABLE_DEPTH}

_SCALARS: Final = st.one_of(
    st.sampled_from(SIMPLE),
    st.integers(-(2**63), 2**64 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=20),
    st.sampled_from(tuple(DEEP)),
)
ODD: Final[st.SearchStrategy[object]] = st.one_of(
    _SCALARS,
    st.lists(_SCALARS, max_size=4),
    st.dictionaries(st.text(max_size=6), _SCALARS, max_size=4),
    st.sampled_from(([[]], [{}], {"": {}}, [None, [{"id": 1}], "1", {}])).map(deepcopy),
)
