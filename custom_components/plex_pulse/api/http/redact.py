"""Keep tokens, e-mail addresses and network addresses out of everything written."""

import re
from typing import Final
from urllib.parse import quote

REDACTED: Final = "**redacted**"

# An error body is text of a stranger: a run of characters is entered at its beginning
# alone, or time would grow with the square of its length.
_SECRETS: Final = re.compile(
    r"""
      (?P<token>(?<![\w-])[\w-]{0,40}?token(?:["']|&quot;)?(?:\s*[=:]\s*|%3[AD])(?:["']|&quot;)?)
      [^\s"'&<>]+
    | (?<![\w.+-])[\w.+-]++(?:(?:@|%40|&\#0*64;|\\u0040)[\w.+-]++)+  # e-mail, escaped too
    | \b(?:https?|wss?):(?:\\?/){2}[^\s"'<>]+             # URL, host included
    | (?<![\w.-])[\w.-]*\.plex\.direct\b
    | \b\d{1,3}(?:[.-]\d{1,3}){3}\b(?::\d+)?              # IPv4, also as plex.direct writes it
    | (?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])  # IPv6
    """,
    re.IGNORECASE | re.VERBOSE,
)


class Redactor:
    """Strip secrets from text: those known by value, and those known by shape."""

    def __init__(self, *secrets: str) -> None:
        """Remember the values that must never be written, tokens above all."""
        forms = {form for secret in secrets for form in (secret, quote(secret, safe="")) if form}
        known = sorted(forms, key=len, reverse=True)
        # Hosts come in any case.
        pattern = "|".join(map(re.escape, known))
        self._known = re.compile(pattern, re.IGNORECASE) if known else None

    def __call__(self, text: str) -> str:
        """Return the text with every secret replaced."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _SECRETS.sub(lambda found: (found["token"] or "") + REDACTED, text)
