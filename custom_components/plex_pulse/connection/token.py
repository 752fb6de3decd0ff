"""Extract a token from what a user pasted."""

import re
from typing import Final
import unicodedata

_TYPOGRAPHIC_QUOTES: Final = "\u2018\u2019\u201a\u201c\u201d\u201e\u2039\u203a\u00ab\u00bb"
_WRAPPERS: Final = f" \t\r\n\"'`<>(),;&{_TYPOGRAPHIC_QUOTES}"
_INVISIBLE: Final = "Cf"
"""Unicode category of zero-width spaces and joiners, which web pages and chats insert."""
_VALUE: Final = r"(?P<token>[A-Za-z0-9._~-]+)"
# In a URL ("X-Plex-Token=..."), a header, an XML attribute ("PlexOnlineToken=..."), JSON, or the
# local storage of a browser ("myPlexAccessToken", blanks, the quoted value).
_QUOTE: Final = rf"[\"'{_TYPOGRAPHIC_QUOTES}]"
_NAMED: Final = re.compile(
    rf"token{_QUOTE}?(?:\s*(?:=|:|%3D)\s*{_QUOTE}?|\s+{_QUOTE}){_VALUE}", re.IGNORECASE
)
_ELEMENT: Final = re.compile(
    rf"<auth(?:entication-t|T)oken[^<>]{{0,100}}>\s*{_VALUE}", re.IGNORECASE
)
_MAX_PASTED: Final = 20_000
"""Characters that are searched; the XML of an item is shorter."""


def extract_token(pasted: str, address: str = "") -> str:
    """Return the token in a pasted text, else one that the pasted address names, else "".

    Users copy more than the token: `X-Plex-Token=...`, the whole URL of an item's XML, an
    attribute such as `authToken="..."`, quotes, invisible characters. Text without a named
    token is the token itself; blanks stay, so that they count as a wrong token, not as none.
    """
    pasted = "".join(
        char for char in pasted[:_MAX_PASTED] if unicodedata.category(char) != _INVISIBLE
    )
    named = _named_token(pasted)
    if named is None and not pasted.strip():
        named = _named_token(address[:_MAX_PASTED])
    return named or pasted.strip(_WRAPPERS) or pasted


def _named_token(text: str) -> str | None:
    """Return the token that a text names, None without any."""
    for pattern in (_NAMED, _ELEMENT):
        if (found := pattern.search(text)) is not None:
            return found["token"]
    return None
