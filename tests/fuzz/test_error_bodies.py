"""Fuzz error bodies: the result is a short line without secrets."""

from typing import Final

from hypothesis import given, strategies as st

from custom_components.plex_pulse.api.http.error_body import MAX_MESSAGE_LENGTH, read_error_body
from custom_components.plex_pulse.api.http.redact import Redactor
from tests.secrets import EMAIL, TOKEN

from .profiles import fuzz
from .responses import error_bodies

_MARKUP: Final = """
    < > </ /> <!-- --> <![CDATA[ ]]> <![if <!DOCTYPE <?xml <h1> </h1> <title> <script> <style>
    <plaintext> <textarea> <Response <error code= status=' " ' & &# &#x &#64; &amp &zwj;
    { {"errors":[ {"Response":{"status":" {"code": } ] token= X-Plex-Token%3D
"""
_FRAGMENTS: Final = (
    *_MARKUP.split(),
    *("9" * 4_500, "\\u0040", "\0", "\x1b[", "\n", "\N{RIGHT-TO-LEFT OVERRIDE}"),
    *(f" {TOKEN} ", f" {EMAIL} "),
)
_TEXTS: Final = st.one_of(
    error_bodies().map(lambda body: body.decode("utf-8", "replace")),
    st.lists(st.sampled_from(_FRAGMENTS) | st.text(max_size=4), max_size=40).map("".join),
)


@fuzz
@given(_TEXTS)
def test_any_error_body_gives_an_optional_code_and_one_short_line(text: str) -> None:
    found = read_error_body(text, Redactor(TOKEN))
    assert found.code is None or type(found.code) is int
    assert len(found.message) <= MAX_MESSAGE_LENGTH
    assert found.message.isprintable()
    assert TOKEN not in found.message
    assert EMAIL not in found.message
