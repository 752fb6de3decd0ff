"""Fixtures: a session on loopback sockets, a watch over the logs, and the two profiles."""

from collections.abc import AsyncIterator, Iterator
import logging

import aiohttp
import pytest

from tests.api.log_watch import LogWatch

from .profiles import register

register()


@pytest.fixture
def log_watch() -> Iterator[LogWatch]:
    """Hear everything that is logged, at every level."""
    root = logging.getLogger()
    level = root.level
    watch = LogWatch()
    root.addHandler(watch)
    root.setLevel(logging.DEBUG)
    yield watch
    root.setLevel(level)
    root.removeHandler(watch)


@pytest.fixture
async def session(socket_enabled: None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session as an application has it, with aiohttp's defaults."""
    async with aiohttp.ClientSession() as session:
        yield session
