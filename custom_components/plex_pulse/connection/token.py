"""Extract a token from what a user pasted."""

import re
from typing import Final

_WRAPPERS: Final = " \t\r\n\"'`<>(),;&"
_VALUE: Final = r"(?P<token>[A-Za-z0-9._~-]+)"
# In a URL ("X-Plex-Token=..."), a header, an XML attribute or JSON; else as an XML element.
_NAMED: Final = re.compile(
    rf"(?:X-Plex-Token|auth-?token|access-?token|\btoken)[\"']?\s*(?:=|:|%3D)\s*[\"']?{_VALUE}",
    re.IGNORECASE,
)
_ELEMENT: Final = re.compile(
    rf"<auth(?:entication-t|T)oken[^<>]{{0,100}}>\s*{_VALUE}", re.IGNORECASE
)
_MAX_PASTED: Final = 20_000
"""Characters that are searched; the XML of an item is shorter."""


def extract_token(pasted: str) -> str:
    """Return the token in a pasted text, "" if the text is empty.

    Users copy more than the token: `X-Plex-Token=...`, the whole URL of an item's XML, an
    attribute `authToken="..."`, quotes. Text without a named token is the token itself; blanks
    stay, so that they count as a wrong token, not as none.
    """
    pasted = pasted[:_MAX_PASTED]
    for pattern in (_NAMED, _ELEMENT):
        if (found := pattern.search(pasted)) is not None:
            return found["token"]
    return pasted.strip(_WRAPPERS) or pasted
