"""The pattern of a known secret in the forms in which servers and proxies write it."""

from base64 import b64encode
from collections.abc import Iterator
import re
from typing import Final

_MIN_PREFIX: Final = 8
"""A secret that was cut after as many characters is still recognized."""
_MAX_CHARACTERS: Final = 40
"""Of a longer secret only the beginning is compared; the rest of the word is redacted with it."""
_MIN_BASE64: Final = 8
"""Shorter ones, of host names such as "nas", would match words."""
_MIN_HEX_BYTES: Final = 4
_SPLIT: Final = r"""[\s"'+,|]{0,5}+"""
"""What may stand between two characters of a secret that was split over lines or strings."""


def known_secret_pattern(secret: str) -> str:
    """Return a regular expression, to be used with IGNORECASE, for all forms of a secret.

    Plain, percent-encoded (repeatedly, too), escaped as in JSON or HTML, base64 (also within a
    longer text), and hexadecimal.
    """
    return "|".join((_escaped(secret), *_encoded(secret.encode())))


def _escaped(secret: str) -> str:
    """Return the pattern of a secret whose characters may be escaped, split, or cut."""
    forms = [_character(character) for character in secret[:_MAX_CHARACTERS]]
    required, optional = forms[:_MIN_PREFIX], forms[_MIN_PREFIX:]
    rest = r"[\w-]*+" if len(secret) > _MAX_CHARACTERS else ""
    for form in reversed(optional):
        rest = f"(?:{_SPLIT}{form}{rest})?+"
    return _SPLIT.join(required) + rest


def _character(character: str) -> str:
    """Return the pattern of a character, plain or in any escape."""
    percent = "".join(f"%(?:25){{0,4}}{byte:02x}" for byte in character.encode())
    code = ord(character)
    return (
        rf"(?:{re.escape(character)}|{percent}|\\{{1,8}}(?:u{{?0{{0,4}}|x0?){code:x}\}}?"
        rf"|&(?:amp;)?\#(?:0{{0,6}}{code}|x0{{0,6}}{code:x})\b;?)"
    )


def _encoded(secret: bytes) -> Iterator[str]:
    """Yield the patterns of base64 and of hexadecimal digits."""
    for offset in range(3):
        # The first and last digits also depend on what is before and after the secret.
        first = (0, 2, 3)[offset]
        last = (offset + len(secret)) * 8 // 6
        digits = b64encode(bytes(offset) + secret).decode()[first:last]
        if len(digits) >= _MIN_BASE64:
            pattern = re.escape(digits).replace(r"\+", "[+-]").replace("/", "[/_]")
            yield rf"{pattern}[\w+/-]*+={{0,2}}"
    if len(secret) >= _MIN_HEX_BYTES:
        yield "[ :]?".join(f"{byte:02x}" for byte in secret[:_MAX_CHARACTERS])
