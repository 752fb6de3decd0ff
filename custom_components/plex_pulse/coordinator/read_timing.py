"""Decide when a request for the sessions is sent, so that one is enough after an interruption.

A response is complete if its request was sent while push was connected: push reports what
changes afterwards. What changes between an earlier request and the connection is in neither,
so that request has to be repeated.

| situation | requests |
|---|---|
| several callers want the sessions before the request is sent | one for all of them |
| push was interrupted and reconnects within two seconds | one, after the connection |
| the reconnection fails, or takes longer | one at that time, one after the connection |
| push is lost within ten seconds of a request | one ten seconds after that request |
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import field
import math
from typing import Final

from homeassistant.core import callback

from ..api import Clock, MutableRecord

_MAX_WAIT_SECONDS: Final = 2.0
"""How long a request waits for push: data is shown within ten seconds of the end of an outage."""


class _Refresh(MutableRecord):
    """A refresh whose request is not sent yet."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    is_cancelled: bool = False


class ReadTiming:
    """Shares requests that are not sent yet, and delays them until push is connected."""

    def __init__(self, clock: Clock) -> None:
        """Start without push; nothing waits for it before it was connected once."""
        self._clock = clock
        self._unsent: _Refresh | None = None
        self._has_push_worked = False
        self._is_push_connected = False
        self._push_settled = asyncio.Event()
        self._push_settled.set()
        self._sent_at = -math.inf
        self.is_complete = False
        """Whether a request was sent since push is connected."""

    async def async_share(self, refresh: Callable[[], Awaitable[None]]) -> None:
        """Await `refresh`, or the end of one that has not sent its request yet."""
        while (unsent := self._unsent) is not None:
            await unsent.ended.wait()
            if not unsent.is_cancelled:
                return
        with self.unsent():
            await refresh()

    @contextmanager
    def unsent(self) -> Iterator[None]:
        """Let others share the refresh that runs in this context, until its request is sent."""
        if self._unsent is not None:
            yield
            return
        refresh = self._unsent = _Refresh()
        try:
            yield
        except asyncio.CancelledError:
            refresh.is_cancelled = True
            raise
        finally:
            if self._unsent is refresh:
                self._unsent = None
            refresh.ended.set()

    async def async_wait_for_push(self) -> None:
        """Wait until push has connected again or failed to, for two seconds at most."""
        if not self._push_settled.is_set():
            with suppress(TimeoutError):
                async with self._clock.timeout(_MAX_WAIT_SECONDS):
                    await self._push_settled.wait()
            self._push_settled.set()

    @callback
    def async_sent(self) -> None:
        """Record that a request is sent now."""
        self._unsent = None
        self._sent_at = self._clock.monotonic()
        self.is_complete = self._is_push_connected

    def seconds_until_old(self, seconds: float) -> float:
        """Return the time until the last request was sent that long ago, 0 if it was."""
        return max(0.0, self._sent_at + seconds - self._clock.monotonic())

    @callback
    def async_interrupted(self) -> None:
        """Let the next request wait for push: an outage has ended, and push reconnects."""
        if self._has_push_worked and not self._is_push_connected:
            self._push_settled.clear()

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Send a waiting request when push is connected; let the next one wait when it is lost."""
        self._is_push_connected = is_connected
        if is_connected:
            self._has_push_worked = True
            self._push_settled.set()
        else:
            self.is_complete = False
            self.async_interrupted()

    @callback
    def async_push_failed(self) -> None:
        """Send a waiting request: push was not connected, and tries again later."""
        self._push_settled.set()
