"""Parse the address of a server that a user typed."""

from contextlib import suppress
from ipaddress import IPv6Address, ip_address
import re
from typing import Final

from yarl import URL

_PLEX_PORT: Final = 32400
_LABEL: Final = r"[a-z0-9_-]{1,63}"
_NAME: Final = re.compile(rf"(?:{_LABEL}\.)*{_LABEL}\.?")
"""Host names in their ASCII form; anything else is a typing error."""


class InvalidAddressError(ValueError):
    """The text is not the address of a server."""


def candidate_urls(typed: str) -> tuple[URL, ...]:
    """Return the base URLs that an address may stand for, the most likely one first.

    Path, query and fragment are dropped: they come from a browser's address bar. Without
    a port both Plex's port and the scheme's default port (reverse proxy) are candidates.

    Raises:
        InvalidAddressError: no host, another scheme, credentials, or a port out of range.

    """
    address = typed.strip()
    with suppress(ValueError):
        # Routers show IPv6 addresses without the brackets that a URL needs.
        address = f"[{IPv6Address(address)}]"
    has_scheme = "://" in address
    try:
        url = URL(address if has_scheme else f"//{address}")
        # `url.host` decodes the host and raises here if it is invalid, not in a later caller.
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
        candidates = [(scheme, port) for scheme in schemes]
    elif not has_scheme:
        candidates = [("http", _PLEX_PORT), ("https", _PLEX_PORT), ("https", 443)]
    elif url.scheme == "https":
        candidates = [("https", 443), ("https", _PLEX_PORT)]
    else:
        candidates = [("http", _PLEX_PORT), ("http", 80)]
    return tuple(URL.build(scheme=scheme, host=host, port=port) for scheme, port in candidates)


def _is_host(host: str) -> bool:
    """Return whether a URL's host is valid; one that ends in a number must be an IP address."""
    if ":" not in host and not host.rpartition(".")[2].isdigit():
        return _NAME.fullmatch(host) is not None
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
