"""One word again and again, as long as an error body is read: what careless patterns dwell on."""

from typing import Final

from custom_components.plex_pulse.api.http.request import MAX_ERROR_BODY_BYTES

from .growth import TIMES_AS_LONG

RUNS: Final[dict[str, tuple[str, ...]]] = {
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
"""Words by what they set out to be."""

OPENINGS: Final = {"": "", "token": "", "<h1>": "", '{"error":"': '"}'}
"""How text, markup and JSON begin and end; each is read in its own way."""


def pair(opening: str, word: str) -> tuple[str, str]:
    """Return error bodies of a word: a short one, and one as long as they are read."""
    ending = OPENINGS[opening]
    room = MAX_ERROR_BODY_BYTES - len(opening) - len(ending)
    short, long = (
        (word * (length // len(word) + 1))[:length] for length in (room // TIMES_AS_LONG, room)
    )
    return f"{opening}{short}{ending}", f"{opening}{long}{ending}"
