"""The limit of connecting, for callers that wait long for a slow server."""

from collections.abc import Iterator
from contextlib import ExitStack
import socket

import pytest

from custom_components.plex_pulse.api import PlexErrorReason, RetryPolicy

from .helpers import MakeClient, failure

POLICY = RetryPolicy(max_retries=0, attempt_timeout=3600, total_timeout=3600, connect_timeout=0.05)


@pytest.fixture
def full_backlog(socket_enabled: None) -> Iterator[str]:
    """Yield the URL of a host that accepts no further connection, as one that is off."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"


async def test_connection_that_is_not_accepted_ends_with_the_connect_timeout(
    make_client: MakeClient, full_backlog: str
) -> None:
    error = await failure(make_client(url=full_backlog).get_identity(policy=POLICY))
    assert error.reason is PlexErrorReason.TIMEOUT
