"""Refresh the sessions after notifications: at once, batched, with a bounded number of retries."""

from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from homeassistant.core import callback

from ..api import Clock

_MIN_REFRESH_GAP_SECONDS: Final = 0.25
"""Minimum time between two refreshes; requests made in between share the next one."""
_RETRY_DELAYS_SECONDS: Final = (1.0, 2.0, 4.0)
"""Delays of the retries for a session that the server does not list yet."""


class _RefreshState(Enum):
    """Where a pending refresh stands."""

    DUE = auto()
    """Part of the next refresh."""
    IN_FLIGHT = auto()
    """Part of the refresh that runs now."""
    WAITING = auto()
    """Waits for its retry delay."""


@dataclass(slots=True)
class _PendingRefresh:
    """A change announced by push that the last response did not contain yet.

    `subject` describes the change. `is_satisfied` returns whether the data contains it.
    """

    subject: str
    is_satisfied: Callable[[], bool]
    has_retries: bool
    retries: int = 0
    state: _RefreshState = _RefreshState.DUE


class SessionRefresher:
    """Refresh immediately, batch later requests, retry after 1, 2 and 4 s, then give up."""

    def __init__(
        self,
        clock: Clock,
        refresh: Callable[[], Awaitable[bool]],
        create_task: Callable[[Coroutine[None, None, None]], None],
    ) -> None:
        """Use `refresh`, which returns whether it succeeded; `create_task` runs a coroutine."""
        self._clock = clock
        self._refresh = refresh
        self._create_task = create_task
        self._pending: dict[str, _PendingRefresh] = {}
        self._abandoned: dict[str, str] = {}
        self._is_running = False

    @callback
    def async_request(
        self,
        key: str,
        subject: str,
        is_satisfied: Callable[[], bool],
        *,
        has_retries: bool = True,
    ) -> None:
        """Request a refresh, unless this change was already given up as never listed.

        One request per key is pending; another subject replaces it.
        """
        if self._abandoned.get(key) == subject:
            return
        if (pending := self._pending.get(key)) is not None and pending.subject == subject:
            pending.is_satisfied = is_satisfied
            return
        self._pending[key] = _PendingRefresh(subject, is_satisfied, has_retries)
        self._start()

    @callback
    def async_discard(self, key: str) -> None:
        """Drop the requests for a session that has ended."""
        self._pending.pop(key, None)
        self._abandoned.pop(key, None)

    @callback
    def async_discard_all(self) -> None:
        """Drop all requests; the server starts again with other session keys."""
        self._pending.clear()
        self._abandoned.clear()

    @callback
    def _start(self) -> None:
        """Refresh now, or as soon as the gap after the last refresh is over."""
        if not self._is_running:
            self._is_running = True
            self._create_task(self._run())

    async def _run(self) -> None:
        """Refresh until no request is due."""
        try:
            while due := [
                (key, pending)
                for key, pending in self._pending.items()
                if pending.state is _RefreshState.DUE
            ]:
                for _, pending in due:
                    pending.state = _RefreshState.IN_FLIGHT
                has_succeeded = await self._refresh()
                self._settle(has_succeeded=has_succeeded)
                await self._clock.sleep(_MIN_REFRESH_GAP_SECONDS)
        finally:
            self._is_running = False

    @callback
    def _settle(self, *, has_succeeded: bool) -> None:
        """Remove what the refresh has satisfied, and schedule the retries of the rest."""
        for key, pending in tuple(self._pending.items()):
            if pending.is_satisfied():
                del self._pending[key]
            elif pending.state is _RefreshState.IN_FLIGHT:
                self._schedule_retry(key, pending, has_succeeded=has_succeeded)

    @callback
    def _schedule_retry(self, key: str, pending: _PendingRefresh, *, has_succeeded: bool) -> None:
        """Schedule a retry, or give up if the server answered and still does not list it."""
        if not pending.has_retries:
            del self._pending[key]
        elif pending.retries < len(_RETRY_DELAYS_SECONDS):
            pending.state = _RefreshState.WAITING
            self._create_task(self._retry_later(key, pending))
        else:
            del self._pending[key]
            if has_succeeded:
                self._abandoned[key] = pending.subject

    async def _retry_later(self, key: str, pending: _PendingRefresh) -> None:
        """Mark a request as due after its delay, unless it was dropped or replaced meanwhile."""
        delay = _RETRY_DELAYS_SECONDS[pending.retries]
        pending.retries += 1
        await self._clock.sleep(delay)
        if self._pending.get(key) is pending:
            pending.state = _RefreshState.DUE
            self._start()
