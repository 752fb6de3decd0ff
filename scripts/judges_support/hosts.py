"""Reroute the hosts of plex.tv to a simulated one, as a DNS entry would."""

from typing import Any, Final
from urllib.parse import SplitResult, urlsplit, urlunsplit

import requests

PLEX_TV_HOSTS: Final = frozenset({"plex.tv", "www.plex.tv", "clients.plex.tv"})


def reroute(url: str, target: SplitResult) -> str:
    """Return a URL with the target's scheme and host if it is plex.tv's."""
    parts = urlsplit(url)
    if parts.hostname not in PLEX_TV_HOSTS:
        return url
    return urlunsplit((target.scheme, target.netloc, *parts[2:]))


def reroute_requests(address: str) -> None:
    """Send every request of the `requests` library for plex.tv to an address instead."""
    target = urlsplit(address)
    send: Any = requests.adapters.HTTPAdapter.send

    def rerouted(self: Any, request: requests.PreparedRequest, **options: Any) -> Any:  # noqa: ANN401 - as in requests
        request.url = reroute(str(request.url), target)
        return send(self, request, **options)

    setattr(requests.adapters.HTTPAdapter, "send", rerouted)  # noqa: B010 - for the type checker
