"""One word repeated up to the maximum error body: slow for patterns that backtrack."""

from typing import Final

from custom_components.plex_pulse.api.http.limits import MAX_ERROR_BODY_BYTES

from .complexity import LENGTH_RATIO

REPEATED_WORDS: Final[dict[str, tuple[str, ...]]] = {
    "letters": ("a", "9", "_", "é", "a ", "aa-"),
    "space": (" ", "\n", "\t\0"),
    "token": ("token", "token ", "token=", "token%3", "token&quot;", "token" + " " * 60, "=", "= "),
    "e-mail": ("a.", "a+", "@", "a@", "@a", "a%40", "%40", "a&#64;", "a\\u0040", "&#0"),
    "URL": ("http", "https:", "https:\\/", "https://", "ws:/", "://", "\\/"),
    "plex.direct": ("a.plex.", "plex.direct", ".plex.direct", "a-b."),
    "IPv4": ("1.", "1-", "1.1.1.", "1.1.1.1", "1.1.1.1:1"),
    "IPv6": (":", "::", "a:", "0a:", "0:0:0:0:0:0:0:0"),
    "references": ("&", "&#", "&#9", "&#x", "&#99999999", "&#99999999;", "&am", "&amp;", "&#;"),
    "tags": ("<", ">", "</", "<a", "<a ", "<a>x", "<a/>", "</a", "<h1>x", "<h1>x</h1>", "<error>"),
    "attributes": ("<a b", "<a b=", "<a b='", '<a b="x" ', "<response code=1 ", " b", "b=", "/ "),
    "declarations": ("<!", "<!--", "<!-->", "--", "<![", "<![CDATA[", "]]>", "<!DOCTYPE", "<?"),
    "raw text": ("<script>", "</script", "<style></", "<title>", "<textarea>", "<plaintext>"),
    "JSON": ("{", "[", '{"a":', '{"errors":[', '"', '\\"', "{},"),
}
"""Words by the format that they resemble."""

OPENINGS: Final = {"": "", "token": "", "<h1>": "", '{"error":"': '"}'}
"""Beginnings and ends of text, markup and JSON, which different parsers read."""


def short_and_long(opening: str, word: str) -> tuple[str, str]:
    """Return a short error body of a repeated word and one of the maximum length."""
    ending = OPENINGS[opening]
    room = MAX_ERROR_BODY_BYTES - len(opening) - len(ending)
    short, long = (
        (word * (length // len(word) + 1))[:length] for length in (room // LENGTH_RATIO, room)
    )
    return f"{opening}{short}{ending}", f"{opening}{long}{ending}"
