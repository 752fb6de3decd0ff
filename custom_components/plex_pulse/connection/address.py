"""Addresses of servers as people type them."""

from contextlib import suppress
from ipaddress import IPv6Address, ip_address
import re
from typing import Final

from yarl import URL

_PLEX_PORT: Final = 32400
_LABEL: Final = r"[a-z0-9_-]{1,63}"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}\.?")
"""Host names in their ASCII form; anything else is a slip of the keyboard."""


class InvalidAddressError(ValueError):
    """What was typed cannot be the address of a server."""


def candidate_urls(typed: str) -> tuple[URL, ...]:
    """Return the base URLs that an address may mean, the likeliest first.

    Paths, queries and fragments are what a browser's address bar adds, and are dropped.
    A port that was typed is meant; without one it is Plex's own, or the scheme's behind
    a reverse proxy.

    Raises:
        InvalidAddressError: no host, another scheme, credentials, a port out of range.

    """
    address = typed.strip()
    with suppress(ValueError):
        # Routers show IPv6 addresses without the brackets that a URL needs.
        address = f"[{IPv6Address(address)}]"
    has_scheme = "://" in address
    try:
        url = URL(address if has_scheme else f"//{address}")
        # The raw host is sent; the readable one fails here rather than in whoever reads it.
        host, port = url.host and url.raw_host, url.explicit_port
    except ValueError as err:
        raise InvalidAddressError(typed) from err
    if (
        not host
        or not _is_host(host)
        or port == 0
        or url.scheme not in {"", "http", "https"}
        or url.user is not None
        or url.password is not None
    ):
        raise InvalidAddressError(typed)
    if port is not None:
        schemes = (url.scheme,) if has_scheme else ("http", "https")
        places = [(scheme, port) for scheme in schemes]
    elif not has_scheme:
        places = [("http", _PLEX_PORT), ("https", _PLEX_PORT), ("https", 443)]
    elif url.scheme == "https":
        places = [("https", 443), ("https", _PLEX_PORT)]
    else:
        places = [("http", _PLEX_PORT), ("http", 80)]
    return tuple(URL.build(scheme=scheme, host=host, port=port) for scheme, port in places)


def _is_host(host: str) -> bool:
    """Return whether a URL's host can be one; whatever ends in a number must be an IP address."""
    if ":" not in host and not host.rpartition(".")[2].isdigit():
        return _NAME.fullmatch(host) is not None
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
