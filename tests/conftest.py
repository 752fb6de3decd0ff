"""Pytest hooks and plugins shared by all tests."""

from collections.abc import Iterator
import gc
import logging
from unittest.mock import patch

import pytest

pytest_plugins = [
    "tests.fixtures.client",
    "tests.fixtures.fast_storage",
    "tests.fixtures.fast_time",
    "tests.fixtures.home_assistant",
    "tests.fixtures.leak_test",
    "tests.fixtures.plex_direct",
]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option of tests/browser."""
    parser.addoption("--browser", action="store_true", help="run all browser tests")


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave asyncio's debug mode off; Home Assistant's fixture of this name turns it on.

    Recording the stack of every future took half of the run time. The nightly workflow runs
    all tests with `--asyncio-debug`.
    """


@pytest.fixture(autouse=True, scope="session")
def _worker_threads_end_by_themselves() -> Iterator[None]:
    """Keep Home Assistant from raising SystemExit in worker threads at the end of a test.

    It does so to threads that have not ended within a fraction of a second, as on a loaded
    machine. An idle thread is then interrupted before it passes the end on to the next one,
    which waits forever, and the test fails because of a thread that was left over.
    """
    with patch("homeassistant.util.executor.async_raise"):
        yield


def pytest_configure() -> None:
    """Collect garbage less often, and do not write log records that pytest records anyway.

    The test package collects after each module, which is where leaks show.
    """
    gc.set_threshold(100_000, 20, 100)
    logging.getLogger().handlers.clear()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Run the longest tests first, so that no worker is left with one at the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
