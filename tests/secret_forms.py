"""The forms in which careless servers and proxies write a secret."""

from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from urllib.parse import quote


def _each(text: str, template: str) -> str:
    """Return the template for each character, with its code."""
    return "".join(template.format(ord(character)) for character in text)


def forms_of(secret: str) -> Mapping[str, str]:
    """Return a secret in all forms in which it must be recognized, by name."""
    encoded = secret.encode()
    percent = _each(secret, "%{:02X}")
    return {
        "plain": secret,
        "upper case": secret.upper(),
        "percent": percent,
        "percent twice": quote(percent, safe=""),
        "percent three times": quote(quote(percent, safe=""), safe=""),
        "JSON escapes": _each(secret, "\\u{:04x}"),
        "JSON escapes in JSON": _each(secret, "\\\\u{:04x}"),
        "one JSON escape": f"\\u{ord(secret[0]):04x}{secret[1:]}",
        "hexadecimal escapes": _each(secret, "\\x{:02x}"),
        "HTML references": _each(secret, "&#{};"),
        "hexadecimal HTML references": _each(secret, "&#x{:X};"),
        "HTML references in HTML": _each(secret, "&amp;#{};"),
        "base64": b64encode(encoded).decode(),
        "base64 of a login": b64encode(b"u:" + encoded).decode(),
        "base64 within a text": b64encode(b"abc " + encoded + b" def").decode(),
        "base64 for URLs": urlsafe_b64encode(encoded).decode(),
        "hexadecimal": encoded.hex(),
        "hexadecimal with colons": encoded.hex(":").upper(),
        "without its last character": secret[:-1],
        "cut": secret[:10],
        "split by a space": f"{secret[:9]} {secret[9:]}",
        "split into strings": f'{secret[:9]}" + "{secret[9:]}',
    }


def parts_of(secret: str) -> tuple[str, ...]:
    """Return texts of which none may be left of a secret in any form."""
    middle = secret[4:12]
    return (
        middle.lower(),
        _each(middle, "%{:02x}"),
        _each(middle, "%25{:02x}"),
        _each(middle, "\\u{:04x}"),
        _each(middle, "\\x{:02x}"),
        _each(middle, "&#{};"),
        _each(middle, "&#x{:x};"),
        *(b64encode(secret.encode())[n : n + 8].decode().lower() for n in (4, 8)),
        middle.encode().hex(),
        secret[9:].lower(),
    )


UNKNOWN_SECRETS: Mapping[str, str] = {
    "('X-Plex-Token', '{}')": "abcxyz",
    '["X-Plex-Token","{}"]': "abcxyz",
    "X-Plex-Token%3D{}": "abcxyz",
    "X-Plex-Token%253D{}": "abcxyz",
    "X-Plex-Token%22%3A%22{}%22": "abcxyz",
    "X-Plex-Token => {}": "abcxyz",
    '"X-Plex-Token" => "{}"': "abcxyz",
    "X-Plex-Token=&quot;{}&quot;": "abcxyz",
    '"tokens": ["{}"]': "abcxyz",
    "<authToken>{}</authToken>": "abcxyz",
    '<authentication-token type="string">{}</authentication-token>': "abcxyz",
    '{{\\"accessToken\\":\\"{}\\"}}': "abcxyz",
    '{{\\\\\\"accessToken\\\\\\":\\\\\\"{}\\\\\\"}}': "abcxyz",
    "Authorization: Bearer {}": "abcxyz12",
    "authorization: token {}": "abcxyz12",
    "token: Bearer {}": "abcxyz",
    "Authorization: Basic {}": "YWJjeHl6OjEyMw==",
    "Invalid token {}": "abcxyz12",
    "Invalid token '{}'": "abcxyz12",
    "no name {} here": "abcXYZ_-9876543210ab",
    "identifier {}": "0123456789abcdef0123456789abcdef01234567",
    "host {}": "nas.fritz.box:32400",
    "dynamic {} address": "bob.duckdns.org",
    "in a query {}": "https%3A%2F%2Fnas.invalid%2Fabcxyz",
    "in a query of a query {}": "https%253A%252F%252Fnas.invalid%252Fabcxyz",
    "user {}": "bob%2540example.com",
    "viewer {}": "bob\\\\u0040example.com",
    "watcher {}": "bob&#x40;example.com",
}
"""Secrets that the client does not know, by the text around them."""
