"""Import the history of one server: at set-up, when a play ends, and every hour."""

import asyncio
from datetime import datetime
from functools import partial
import logging
from typing import TYPE_CHECKING, Final

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_utc_time_change

from ..api import Backoff, PlexApiError
from ..coordinator.features import unavailable_reason
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import async_get_shared
from .merge import MergeResult
from .names import HistoryNames
from .reader import HistoryReader
from .series_writer import SeriesWriter
from .storage import History, HistoryStore
from .watch_time_past import PastWatchTime

if TYPE_CHECKING:
    from .recorder_statistics import StatisticsWriter

_LOGGER = logging.getLogger(__name__)

_UPDATE_DELAY_SECONDS: Final = 10.0
"""After the end of a stream: the server adds the play to its history in that time."""
_MIN_UPDATE_INTERVAL_SECONDS: Final = 60.0
"""Between two updates because of streams that ended."""
_RETRY_SECONDS: Final = 30.0
_MAX_RETRY_SECONDS: Final = 900.0
_VERIFY_MINUTE: Final = 50
_PAGES_PER_WRITE: Final = 10
_PAGES_PER_SAVE: Final = 60


class HistoryImporter:
    """Keeps the log and the statistics of one server up to date with its history."""

    def __init__(
        self, hass: HomeAssistant, entry: PlexPulseConfigEntry, writer: StatisticsWriter
    ) -> None:
        """Initialize without plays; `async_start` loads them."""
        self._hass = hass
        self._entry = entry
        self._runtime = entry.runtime_data
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._writer = writer
        self._store = HistoryStore(hass, entry.entry_id)
        self.history = History()
        self.names = HistoryNames(self._runtime.client)
        self._reader = self._create_reader()
        self._past = PastWatchTime(hass, self._runtime, self._reader, writer)
        self._lock = asyncio.Lock()
        self._series = SeriesWriter(hass, entry, writer)
        self._found = MergeResult()
        self._pages = 0
        self._backoff = Backoff(_RETRY_SECONDS, _MAX_RETRY_SECONDS)
        self._cancel_next: CALLBACK_TYPE | None = None
        self._last_update = -_MIN_UPDATE_INTERVAL_SECONDS
        self._sessions = frozenset(session.stream_key for session in self._runtime.sessions.data)
        self._is_failure_logged = False
        self._is_dirty = False
        self.is_complete = False
        """Whether the whole history was read since the start."""
        self.failure: PlexApiError | None = None
        """Why the last update ended early."""

    def _create_reader(self) -> HistoryReader:
        """Return a reader for the current log."""
        return HistoryReader(self._hass, self._runtime.client, self._clock, self.history.log)

    @property
    def series_count(self) -> int:
        """Return the number of series of plays."""
        return len(self._series.of_plays())

    @property
    def requests(self) -> int:
        """Return the number of requests that the import has sent."""
        return self._reader.requests

    @callback
    def async_start(self) -> None:
        """Load what is known, then read what is not, in the background."""
        entry = self._entry
        entry.async_create_background_task(
            self._hass, self._async_begin(), f"{entry.title} history"
        )
        entry.async_on_unload(
            self._runtime.sessions.async_add_listener(self._async_sessions_changed)
        )
        second = int(entry.entry_id[-2:].encode().hex(), 16) % 60
        entry.async_on_unload(
            async_track_utc_time_change(
                self._hass, self._async_hour_ends, minute=_VERIFY_MINUTE, second=second
            )
        )
        entry.async_on_unload(self._runtime.health.async_on_reconnect(self._async_retry_soon))
        entry.async_on_unload(self._async_cancel_next)
        entry.async_on_unload(self._async_save)
        entry.async_on_unload(
            self._hass.bus.async_listen(
                EVENT_HOMEASSISTANT_FINAL_WRITE, self._async_save_at_shutdown
            )
        )

    @callback
    def async_rebuild(self) -> None:
        """Write all series from their beginning, and compare the whole history with the log."""
        self._series.rewrite(self.history)
        self._reader.position = 0
        self.is_complete = False
        self._async_run_in_background(max_pages=float("inf"))

    async def _async_begin(self) -> None:
        """Load what is known, and read the rest."""
        self.history = await self._store.async_load()
        self._reader = self._create_reader()
        self._reader.position = self.history.position
        self._past = PastWatchTime(self._hass, self._runtime, self._reader, self._writer)
        await self._series.async_load(self.history)
        await self._async_run(max_pages=0)

    @callback
    def _async_sessions_changed(self) -> None:
        """Schedule an update when a stream has ended."""
        before = self._sessions
        self._sessions = frozenset(session.stream_key for session in self._runtime.sessions.data)
        if before - self._sessions:
            elapsed = self._clock.monotonic() - self._last_update
            self._async_schedule(max(_UPDATE_DELAY_SECONDS, _MIN_UPDATE_INTERVAL_SECONDS - elapsed))

    @callback
    def _async_retry_soon(self) -> None:
        """Schedule an update: the server is back."""
        if not self.is_complete or self.failure is not None:
            self._async_schedule(_UPDATE_DELAY_SECONDS)

    @callback
    def _async_schedule(self, seconds: float) -> None:
        """Update after that time, unless an update is scheduled already."""
        if self._cancel_next is None:
            self._cancel_next = async_call_later(
                self._hass, seconds, HassJob(self._async_due, cancel_on_shutdown=True)
            )

    @callback
    def _async_cancel_next(self) -> None:
        """Cancel the scheduled update."""
        if self._cancel_next is not None:
            self._cancel_next()
            self._cancel_next = None

    @callback
    def _async_due(self, _now: datetime) -> None:
        """Run the scheduled update."""
        self._cancel_next = None
        self._async_run_in_background(max_pages=0)

    @callback
    def _async_hour_ends(self, _now: datetime) -> None:
        """Verify a part of the history, and write plays whose time was in the future."""
        self._async_run_in_background(max_pages=None)

    @callback
    def _async_run_in_background(self, max_pages: float | None) -> None:
        """Update without blocking the caller."""
        self._entry.async_create_background_task(
            self._hass, self._async_run(max_pages), f"{self._entry.title} history"
        )

    async def _async_run(self, max_pages: float | None) -> None:
        """Read new plays, verify that many pages of the known ones, and write what changed."""
        async with self._lock:
            self._found = MergeResult()
            try:
                await self._async_read(max_pages)
            except PlexApiError as err:
                self._handle_failure(err)
            else:
                self._handle_success()
            await self._async_write()
            await self._async_save_if_changed()

    async def _async_read(self, max_pages: float | None) -> None:
        """Read new plays, and verify known ones.

        Raises:
            PlexApiError: a request failed.

        """
        if not self._runtime.health.data.connected:
            # Another server may have the address now; do not send it the token.
            await self._runtime.client.verify_identity(self._runtime.machine_identifier)
        self._last_update = self._clock.monotonic()
        # Series whose libraries or users are new do not wait for the end of a long read.
        await self._reader.async_update(self._async_merged)
        if max_pages is None:
            await self._reader.async_verify(self._async_merged)
        elif max_pages:
            await self._reader.async_verify(self._async_merged, max_pages)
        self.is_complete = True
        await self._async_write()
        await self.names.async_update(self.history.log, self._reader)
        await self._past.async_update(
            self.history, partial(self._series.of_watch_time, self.history), self._series.bases
        )
        self._is_dirty |= self._past.has_changed

    async def _async_merged(self, result: MergeResult) -> None:
        """Collect the result of a page; write and save after some pages of a long read."""
        self._series.pending.update(result)
        self._found.update(result)
        self._is_dirty |= bool(result.hours or result.gone)
        self._pages += 1
        if self._pages % _PAGES_PER_WRITE == 0:
            await self._async_write()
        if self._pages % _PAGES_PER_SAVE == 0:
            await self._async_save_if_changed()

    @callback
    def _handle_failure(self, failure: PlexApiError) -> None:
        """Log the first failure in a row, and retry one that may be temporary."""
        self.failure = failure
        if not self._is_failure_logged:
            self._is_failure_logged = True
            _LOGGER.info(
                "The history of %s cannot be read, statistics are incomplete: %s",
                self._entry.title,
                failure,
            )
        if unavailable_reason(failure) is None:
            self._async_schedule(max(self._backoff.next(), failure.retry_after or 0))

    @callback
    def _handle_success(self) -> None:
        """Reset the backoff; log plays that the server has deleted or changed."""
        self.failure = None
        self._is_failure_logged = False
        self._backoff.reset()
        if self._found.gone:
            _LOGGER.info(
                "%s deleted %d plays from its history; they stay in the statistics",
                self._entry.title,
                self._found.gone,
            )
        if self._found.changed:
            _LOGGER.info(
                "%s changed %d plays in its history; the statistics are corrected",
                self._entry.title,
                self._found.changed,
            )

    async def _async_write(self) -> None:
        """Write what has changed."""
        if await self._series.async_write(self.history):
            self._is_dirty = True

    async def _async_save_if_changed(self) -> None:
        """Save if something has changed since the last time."""
        if self._is_dirty or self.history.position != self._reader.position:
            await self._async_save()

    async def _async_save_at_shutdown(self, _event: Event) -> None:
        """Save what a long read has found since the last time."""
        await self._async_save_if_changed()

    async def _async_save(self) -> None:
        """Save what is known."""
        self._is_dirty = False
        self.history.position = self._reader.position
        self.history.unwritten = sorted(self._series.pending.hours)
        await self._store.async_save(self.history)
