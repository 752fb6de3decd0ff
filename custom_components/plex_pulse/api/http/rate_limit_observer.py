"""Attribute 429 responses to the call that received them.

A client is shared by many callers, so its statistics do not show whose request was rate limited. An
observer counts the 429s of the requests in its own block, and of tasks created
in it, whichever client sends them; requests that run at the same time elsewhere do not count.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from ..record import MutableRecord


class RateLimitCount(MutableRecord):
    """The 429 responses received so far, those that were retried with success included."""

    responses: int = 0


_observers: Final[ContextVar[tuple[RateLimitCount, ...]]] = ContextVar(
    "rate_limit_observers", default=()
)


@contextmanager
def observe_rate_limits() -> Iterator[RateLimitCount]:
    """Count the 429 responses to requests made in the block; blocks may be nested."""
    count = RateLimitCount()
    token = _observers.set((*_observers.get(), count))
    try:
        yield count
    finally:
        _observers.reset(token)


def record_rate_limit() -> None:
    """Count a 429 response for every observer of the current task."""
    for count in _observers.get():
        count.responses += 1
