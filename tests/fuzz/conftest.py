"""Hypothesis profiles, the check of the number of cases, and a connector to a loopback server."""

import asyncio
from collections.abc import AsyncIterator, Generator
from functools import wraps

import pytest

from .connectors import LoopbackConnector
from .profiles import FUZZED, current, register

register()


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Assert that a fuzz test runs all of its cases."""
    if pyfuncitem.function not in FUZZED:
        return (yield)
    case = pyfuncitem.function.hypothesis.inner_test
    tried = 0

    @wraps(case)
    def count(*args: object, **kwargs: object) -> object:
        nonlocal tried
        tried += 1
        return case(*args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pyfuncitem.function.hypothesis, "inner_test", count)
        result = yield
    assert tried >= current().max_examples
    return result


@pytest.fixture
async def loopback_connector(socket_enabled: None) -> AsyncIterator[LoopbackConnector]:
    """Return a connector that connects every address to one loopback server."""
    loopback_connector = LoopbackConnector()
    async with await asyncio.start_server(loopback_connector.serve, "127.0.0.1") as server:
        loopback_connector.port = server.sockets[0].getsockname()[1]
        yield loopback_connector
        await loopback_connector.close()
