"""Read the history of a server page by page, and bring the log up to date."""

from collections.abc import AsyncGenerator, Awaitable, Callable
import math
from typing import Final

from homeassistant.core import HomeAssistant

from ..api import Clock, HistoryRows, PlexApiError, PlexErrorKind, PlexServerClient, Record
from .merge import END_OF_TIME, MergeResult, merge, to_plays
from .play_log import MAX_PLAYS, Play, PlayLog

PAGE_SIZE: Final = 500
"""Rows per request: about 300 KiB, parsed in some milliseconds."""
MIN_REQUEST_INTERVAL_SECONDS: Final = 1.0
_ENDPOINT: Final = "GET /status/sessions/history/all"
_OVERLAP: Final = 100
"""Known plays that are read again before new ones: the last one may have moved."""
VERIFIED_PAGES: Final = 4
"""Pages of known plays that each verification reads again."""
_MAX_RATE_LIMITS: Final = 5
"""Rate limits in a row after which the rest is left for the next update."""

type OnMerged = Callable[[MergeResult], Awaitable[None]]


class _Window(Record):
    """Consecutive plays of the server: all of them from time `start` up to, not incl., `end`."""

    plays: list[Play]
    start: int
    end: int
    next_position: int
    """Position in the server's history after these."""


class HistoryReader:
    """Reads the history of one server into its log; one request at a time, at most one a second.

    A page that was read is merged at once, so that a failure or a restart loses one page at
    most. The next update continues behind the last known play.
    """

    def __init__(
        self, hass: HomeAssistant, client: PlexServerClient, clock: Clock, log: PlayLog
    ) -> None:
        """Initialize without a request."""
        self._hass = hass
        self._client = client
        self._clock = clock
        self._log = log
        self._next_request_at = -math.inf
        self.total: int | None = None
        """Rows in the server's history, None before the first response."""
        self.position = 0
        """Position of the next page to verify."""
        self.requests = 0

    async def async_pace(self) -> None:
        """Wait until the next request may be sent."""
        now = self._clock.monotonic()
        if (delay := self._next_request_at - now) > 0:
            await self._clock.sleep(delay)
        self._next_request_at = self._clock.monotonic() + MIN_REQUEST_INTERVAL_SECONDS
        self.requests += 1

    async def async_update(self, on_merged: OnMerged) -> None:
        """Read the plays behind the known ones; all of them at first.

        If plays were inserted or deleted before the known end, everything from there on is
        read again. `on_merged` gets the result of each page.

        Raises:
            PlexApiError: a request failed; what was read before it is merged.

        """
        known = self._log.live_count
        position = max(0, known - _OVERLAP)
        page = await self._async_read(position, PAGE_SIZE)
        if not self._fits(position, page):
            position = max(0, await self._async_find_change(position) - _OVERLAP)
            page = await self._async_read(position, PAGE_SIZE)
        async for window in self._async_windows(position, page, math.inf):
            await on_merged(await self._async_merge(window))

    async def async_verify(self, on_merged: OnMerged, max_pages: float = VERIFIED_PAGES) -> None:
        """Compare the next pages of known plays with the server, round by round.

        Raises:
            PlexApiError: a request failed; what was read before it is merged.

        """
        if self.total is None or self.position >= self.total:
            self.position = 0
        position = max(0, self.position - _OVERLAP)
        if position + PAGE_SIZE >= (self.total or 0) and self._log.live_count <= _OVERLAP:
            # The update has just read all of it.
            return
        page = await self._async_read(position, PAGE_SIZE)
        if not self._fits(position, page):
            position = max(0, await self._async_find_change(position) - _OVERLAP)
            page = await self._async_read(position, PAGE_SIZE)
        async for window in self._async_windows(position, page, max_pages):
            await on_merged(await self._async_merge(window))
            self.position = window.next_position

    async def _async_windows(
        self, position: int, page: HistoryRows, max_pages: float
    ) -> AsyncGenerator[_Window]:
        """Yield the plays of a page and of those after it, with the times that they cover.

        Plays of one second may be on two pages: the last second of a page is carried over to
        the next one, and the first one of all is skipped unless it is the very first.

        Raises:
            PlexApiError: a request failed, or the server ignores the sort order.

        """
        start = 0
        carried: list[Play] = []
        pages = 0
        while True:
            plays = carried + to_plays(self._log, page.rows)
            if pages == 0 and position > 0 and plays:
                start = plays[0].at + 1
                plays = [play for play in plays if play.at >= start]
            if plays and plays[0].at < start:
                raise PlexApiError(
                    PlexErrorKind.PROTOCOL, "The history is not sorted by time", endpoint=_ENDPOINT
                )
            pages += 1
            position += len(page.rows)
            if position >= page.total or not page.rows:
                yield _Window(plays=plays, start=start, end=END_OF_TIME, next_position=position)
                return
            end = max(start, plays[-1].at) if plays else start
            carried = [play for play in plays if play.at >= end]
            before = [play for play in plays if play.at < end]
            yield _Window(plays=before, start=start, end=end, next_position=position)
            start = end
            if pages >= max_pages or position >= MAX_PLAYS:
                return
            page = await self._async_read(position, PAGE_SIZE)

    async def _async_merge(self, window: _Window) -> MergeResult:
        """Merge the plays of a window in a worker thread."""
        return await self._hass.async_add_executor_job(
            merge, self._log, window.plays, window.start, window.end
        )

    def _fits(self, position: int, page: HistoryRows) -> bool:
        """Return whether a page continues what is known up to its position."""
        if position == 0:
            return True
        return bool(page.rows) and page.rows[0].viewed_at == self._log.live_time(position)

    async def _async_find_change(self, end: int) -> int:
        """Return the first position, up to `end`, at which server and log differ.

        Each step reads one row. The rows before an insertion or a deletion are the same,
        those behind it are shifted.
        """
        start = 0
        while start < end:
            middle = (start + end) // 2
            page = await self._async_read(middle, 1)
            is_same = bool(page.rows) and page.rows[0].viewed_at == self._log.live_time(middle)
            if is_same:
                start = middle + 1
            else:
                end = middle
        return start

    async def _async_read(self, position: int, size: int) -> HistoryRows:
        """Return a page; wait while a rate limit is in force.

        Raises:
            PlexApiError: the request failed for another reason, or the rate limit stays.

        """
        rate_limits = 0
        while True:
            await self.async_pace()
            try:
                page = await self._client.get_history_rows(start=position, size=size)
            except PlexApiError as err:
                rate_limits += 1
                if err.kind is not PlexErrorKind.RATE_LIMIT or rate_limits >= _MAX_RATE_LIMITS:
                    raise
                wait = self._client.rate_limiter.seconds_until_allowed or err.retry_after or 1.0
                await self._clock.sleep(wait)
            else:
                self.total = page.total
                return page
