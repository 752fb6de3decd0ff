"""Pytest plugin of the judged run: requests to plex.tv reach the simulator's instead.

It runs in the judges' environment, which has requests; JUDGE_PLEX_TV is the address.
JUDGE_EXCLUDED names the tests to leave out, one a line.
"""

import os
from urllib.parse import urlsplit, urlunsplit

import pytest
import requests

_HOSTS = {"plex.tv", "www.plex.tv", "clients.plex.tv"}


def pytest_configure() -> None:
    """Replace the host of each request that is meant for plex.tv."""
    target = urlsplit(os.environ["JUDGE_PLEX_TV"])
    send = requests.adapters.HTTPAdapter.send

    def rerouted(
        self: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **options: object
    ) -> requests.Response:
        parts = urlsplit(str(request.url))
        if parts.hostname in _HOSTS:
            request.url = urlunsplit((target.scheme, target.netloc, *parts[2:]))
        return send(self, request, **options)  # type: ignore[arg-type] # handed on unchanged

    requests.adapters.HTTPAdapter.send = rerouted  # type: ignore[method-assign] # that is the aim


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the excluded tests by name."""
    excluded = set(os.environ.get("JUDGE_EXCLUDED", "").split())
    left_out = [item for item in items if item.name.partition("[")[0] in excluded]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
