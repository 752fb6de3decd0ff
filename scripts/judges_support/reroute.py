"""Pytest plugin of python-plexapi's tests: plex.tv is rerouted, excluded tests are left out.

JUDGE_PLEX_TV is the simulated plex.tv; JUDGE_EXCLUDED has the names of the tests to leave out.
"""

import os

import pytest

from .hosts import reroute_requests


def pytest_configure() -> None:
    """Reroute plex.tv."""
    reroute_requests(os.environ["JUDGE_PLEX_TV"])


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Deselect the excluded tests by name."""
    excluded = set(os.environ.get("JUDGE_EXCLUDED", "").split())
    left_out = [item for item in items if item.name.partition("[")[0] in excluded]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
