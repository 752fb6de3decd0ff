"""How tests run, whatever they are about."""

import pytest


@pytest.fixture(autouse=True)
def enable_event_loop_debug() -> None:
    """Leave asyncio's debug mode to `--asyncio-debug`; Home Assistant's fixture has it always on.

    Writing down the stack of every future and answer was half of what a test took. What it
    finds is looked for every night.
    """


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest, so that no worker is left alone with it in the end."""
    items.sort(key=lambda item: item.get_closest_marker("timeout") is None)
