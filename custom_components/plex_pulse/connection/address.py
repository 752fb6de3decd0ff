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


_WRAPPERS: Final = " \t\r\n\u00a0\u200b\ufeff\"'`<>(),;\u201c\u201d\u201e\u2018\u2019\u00ab\u00bb"
"""What addresses are pasted with: quotes, brackets and commas of the text around them."""
_ENCODED_BLANKS: Final = re.compile("%20|%09|%0a|%0d|%c2%a0|%e2%80%8b", re.IGNORECASE)
"""Blank, tab, line break, no-break space and zero width space of a copied link."""
_BLANKS: Final = re.compile(r"\s*([:/.])\s*")
_SEGMENT: Final = re.compile(r"[\w~-](?:[\w .~+-]*[\w.~+-])?")
"""A part of a path, decoded: no separator, no control character, and no blank at its ends."""
_MAX_BASE_PATH: Final = 200
_PLEX_PATHS: Final = frozenset(
    {"web", "identity", "library", "status", "hubs", "desktop", "index.html"}
)
"""Where the paths of Plex and its web app begin; a proxy may add a base path before."""
_SCHEMES: Final = ("http", "https")


class InvalidAddressError(ValueError):
    """The text is not the address of a server."""


def candidate_urls(typed: str) -> tuple[URL, ...]:
    """Return the base URLs that an address may stand for, the most likely one first.

    Quotes, brackets, commas and encoded blanks around the address are ignored. Without a port
    Plex's port and the default ports (reverse proxy) are candidates. A path is first taken for
    the base path of a reverse proxy, then dropped: it may come from a browser's address bar,
    as do paths of Plex's web app, query and fragment, which are always dropped.

    Raises:
        InvalidAddressError: no host, another or a doubled scheme, credentials, or a port out of
            range.

    """
    address = _BLANKS.sub(r"\1", _ENCODED_BLANKS.sub(" ", typed).strip(_WRAPPERS))
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
        # "http://http://..." and "http//...".
        or host in _SCHEMES
        or port == 0
        or url.scheme not in {"", *_SCHEMES}
        or url.user is not None
        or url.password is not None
    ):
        raise InvalidAddressError(typed)
    path = _base_path(url)
    found = [
        URL.build(scheme=scheme, host=host, port=port, path=path)
        for scheme, port in _proxy_ports(url.scheme, port)
        if path
    ]
    found += [
        URL.build(scheme=scheme, host=host, port=port) for scheme, port in _ports(url.scheme, port)
    ]
    return tuple(found)


def is_host_name(url: URL) -> bool:
    """Return whether the host of a URL is a name, not an IP address."""
    try:
        ip_address(url.raw_host or "")
    except ValueError:
        return True
    return False


def _base_path(url: URL) -> str:
    """Return the path under which a reverse proxy may serve Plex, "" if there is none."""
    segments: list[str] = []
    for segment in url.path.split("/"):
        if segment.lower() in _PLEX_PATHS:
            break
        if segment and _SEGMENT.fullmatch(segment) is None:
            return ""
        if segment:
            segments.append(segment)
    path = "".join(f"/{segment}" for segment in segments)
    return path if len(path) <= _MAX_BASE_PATH else ""


def _ports(scheme: str, port: int | None) -> list[tuple[str, int]]:
    """Return the schemes and ports to try for an address without a path."""
    match scheme, port:
        case "", None:
            return [("http", _PLEX_PORT), ("https", _PLEX_PORT), ("https", 443), ("http", 80)]
        case "", 443:
            return [("https", 443), ("http", 443)]
        case "", int():
            return [("http", port), ("https", port)]
        case "https", None:
            return [("https", 443), ("https", _PLEX_PORT)]
        case "http", None:
            return [("http", _PLEX_PORT), ("http", 80)]
        case _:
            return [(scheme, port or _PLEX_PORT)]


def _proxy_ports(scheme: str, port: int | None) -> list[tuple[str, int]]:
    """Return the schemes and ports to try for an address with a base path."""
    if port is not None:
        return _ports(scheme, port)
    defaults = [("https", 443), ("http", 80)]
    return [item for item in defaults if scheme in {"", item[0]}]


def _is_host(host: str) -> bool:
    """Return whether a URL's host is valid; one that ends in a number must be an IP address."""
    if ":" not in host and not host.rpartition(".")[2].isdigit():
        return _NAME.fullmatch(host) is not None
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
