"""Redact tokens, e-mail addresses and network addresses."""

import re
from typing import Final
from urllib.parse import quote

REDACTED: Final = "**redacted**"

# Error bodies are untrusted. Each alternative matches a run of characters only from its
# beginning; otherwise time would grow with the square of the length.
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
    """Replace secrets in text: given values, and everything that has the form of a secret."""

    def __init__(self, *secrets: str) -> None:
        """Redact these values, too, as they are and URL-encoded; empty ones are ignored."""
        forms = {form for secret in secrets for form in (secret, quote(secret, safe="")) if form}
        known = sorted(forms, key=len, reverse=True)
        # Ignore case: servers write host names in upper and lower case.
        pattern = "|".join(map(re.escape, known))
        self._known = re.compile(pattern, re.IGNORECASE) if known else None

    def __call__(self, text: str) -> str:
        """Return the text with every secret replaced."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _SECRETS.sub(lambda found: (found["token"] or "") + REDACTED, text)
