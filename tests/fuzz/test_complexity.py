"""The time of single calls of patterns and parsers, which the number of calls does not show."""

from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_pulse.api.http.error_body import read_error_body
from custom_components.plex_pulse.api.http.redact import Redactor
from tests.secrets import TOKEN

from .complexity import is_linear_in_length
from .profiles import fuzz
from .repeated_text import OPENINGS, REPEATED_WORDS, short_and_long

_WORDS: Final = sorted({word for words in REPEATED_WORDS.values() for word in words})
_REDACT: Final = Redactor(TOKEN, "attic.example")


async def _read(text: str) -> None:
    """Redact text as for logging, and read it as an error body."""
    if text.startswith(("<", "{")):
        read_error_body(text, _REDACT)
    else:
        _REDACT(text)


@pytest.mark.parametrize("kind", REPEATED_WORDS)
async def test_error_body_of_one_repeated_word_is_read_in_linear_time(kind: str) -> None:
    """Quadratic time would block the event loop for seconds."""
    for opening in OPENINGS:
        for word in REPEATED_WORDS[kind]:
            assert await is_linear_in_length(_read, *short_and_long(opening, word)), (opening, word)


@fuzz
@given(
    st.sampled_from(list(OPENINGS)),
    st.lists(st.sampled_from(_WORDS) | st.text(min_size=1, max_size=2), min_size=2, max_size=4),
)
async def test_error_body_of_any_repeated_words_is_read_in_linear_time(
    opening: str, words: list[str]
) -> None:
    assert await is_linear_in_length(_read, *short_and_long(opening, "".join(words)))
