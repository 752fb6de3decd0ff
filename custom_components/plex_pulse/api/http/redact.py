"""Redact tokens, e-mail addresses and network addresses.

Error bodies are untrusted. Each pattern matches a run of characters only from its beginning,
and repetitions are bounded or possessive; otherwise time would grow with the square of the
length.
"""

import re
from typing import Final

from .secret_forms import known_secret_pattern

REDACTED: Final = "**redacted**"

_QUOTE: Final = r"""(?:\\{0,8}["']|&quot;|&\#0{0,6}3[49];|%(?:25){0,4}2[27])"""
_SPACE: Final = r"(?:\s|\+|%(?:25){0,4}20)"
_SECRETS: Final = re.compile(
    rf"""
      (?P<token>(?<![\w-])[\w-]{{0,40}}?tokens?
        (?:
          {_QUOTE}?[\s\])]*+                              # token=, "token": [", token => ...
          (?:=>?|:|>|&gt;|%(?:25){{0,4}}3[AD])
        | {_QUOTE}\s*+(?:,|%(?:25){{0,4}}2c)               # ("token", "...")
        | (?<=token)\s[^<>]{{1,200}}(?<=["'])>            # <token type="string">
        )
        (?:[\s\[({{]|{_QUOTE})*+(?:(?:bearer|basic){_SPACE}++)?
      )
      [^\s"'&<>,()\[\]{{}}\\]++
    | (?P<word>(?<![\w-])[\w-]{{0,40}}?token{_SPACE}{{1,3}}{_QUOTE}?)(?=[\w-]*\d)[\w.-]{{6,}}+
    | (?P<scheme>\b(?:bearer|basic){_SPACE}++{_QUOTE}?)
      (?!(?:realm|error|scope|charset)\b)(?=[\w.~+/-]*[\d=])[\w.~+/=-]{{6,}}+
    | (?<![\w.+-])[\w.+-]++                               # e-mail, escaped too
      (?:(?:@|%(?:25){{0,4}}40|&(?:amp;)?\#(?:0{{0,6}}64|x0{{0,6}}40);|&commat;|\\{{1,8}}u0040)[\w.+-]++)+
    | \b(?:https?|wss?)(?::|%(?:25){{0,4}}3a)             # URL, host included
      (?:\\{{0,8}}/|%(?:25){{0,4}}2f){{2}}[^\s"'<>]++
    | (?<![\w.-])[\w.-]*\.plex\.direct\b
    | \b\d{{1,3}}(?:[.-]\d{{1,3}}){{3}}\b(?::\d+)?         # IPv4, also as plex.direct writes it
    | (?<![\w:])(?:[0-9a-f]{{0,4}}:){{2,7}}[0-9a-f]{{0,4}}(?![\w:])  # IPv6
    | (?<![\w-])(?=[\w-]*\d)[\w-]{{20,}}+                 # a token or identifier without a name
    """,
    re.IGNORECASE | re.VERBOSE,
)
_HOST: Final = re.compile(
    r"(?<![\w.-])(?:[\w-]{1,63}+\.)++[\w-]{1,63}+(?P<port>:\d{1,5}\b)?(?![\w-])"
)
_DOMAINS: Final = (
    *(".box", ".home", ".home.arpa", ".internal", ".lan", ".local", ".localdomain"),
    *(".app", ".biz", ".cloud", ".com", ".dev", ".eu", ".info", ".io", ".me", ".net", ".org"),
    *(".de", ".fr", ".it", ".nl", ".ts.net", ".tv", ".uk", ".xyz"),
)
"""Ends of host names; others are redacted with a port, since `module.function` is no host."""
_PLEX_TV: Final = "plex.tv"


class Redactor:
    """Replace secrets in text: given values, and everything that has the form of a secret."""

    def __init__(self, *secrets: str) -> None:
        """Redact these values, too, in every form of `known_secret_pattern`."""
        # Longer ones first: one may be the beginning of another.
        known = sorted({secret for secret in secrets if secret}, key=len, reverse=True)
        # Ignore case: servers write host names in upper and lower case.
        pattern = "|".join(map(known_secret_pattern, known))
        self._known = re.compile(pattern, re.IGNORECASE) if known else None

    def __call__(self, text: str) -> str:
        """Return the text with every secret replaced."""
        if self._known is not None:
            text = self._known.sub(REDACTED, text)
        return _HOST.sub(_redact_host, _SECRETS.sub(_redact_secret, text))


def _redact_secret(found: re.Match[str]) -> str:
    """Return the replacement of a secret; its name is kept."""
    return (found["token"] or found["word"] or found["scheme"] or "") + REDACTED


def _redact_host(found: re.Match[str]) -> str:
    """Return a host name redacted, or text that is none as it is; plex.tv is no secret."""
    name = found[0].removesuffix(found["port"] or "").lower()
    if name == _PLEX_TV or name.endswith(f".{_PLEX_TV}"):
        return found[0]
    return REDACTED if found["port"] or name.endswith(_DOMAINS) else found[0]
