"""Write the statistics of one server: the series of its plays, and of their watch time."""

from typing import TYPE_CHECKING

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from .merge import MergeResult
from .play_log import SECONDS_PER_HOUR
from .series import Measure, Series, SeriesBase, hour_rows, plays_series, watch_time_series
from .storage import History

if TYPE_CHECKING:
    from .recorder_statistics import StatisticsWriter


class SeriesWriter:
    """Writes the hours of a history that have changed."""

    def __init__(
        self, hass: HomeAssistant, entry: PlexPulseConfigEntry, writer: StatisticsWriter
    ) -> None:
        """Write with `writer`; nothing is pending."""
        self._hass = hass
        self._entry = entry
        self._runtime = entry.runtime_data
        self._writer = writer
        self.bases: dict[str, SeriesBase] = {}
        """Where the sum of each series continues, by statistic id."""
        self.pending = MergeResult()
        """What has changed since the last write."""

    def rewrite(self, history: History) -> None:
        """Have all series written from their beginning."""
        history.written.clear()
        self.bases.clear()

    async def async_load(self, history: History) -> None:
        """Continue with a stored history.

        All series are written again if the recorder does not have what was written: its
        database may be another one, or an older copy.
        """
        unwritten = set(history.unwritten)
        self.pending = MergeResult(hours=unwritten, emptied=unwritten)
        total = self.of_plays()[0]
        if total.statistic_id not in history.written:
            return
        rows = await self._hass.async_add_executor_job(
            hour_rows, history.log, total, {}, 0, history.written_until, (), {}
        )
        expected = rows[-1].sum if rows else None
        if await self._writer.async_last_sum(total.statistic_id) != expected:
            history.written.clear()

    async def async_write(self, history: History) -> bool:
        """Write the hours that have changed, and whole series that are new.

        Return whether the history has changed, so that it has to be saved.
        """
        pending = self.pending
        has_changed = False
        last_hour = int(dt_util.utcnow().timestamp()) // SECONDS_PER_HOUR
        hours = {hour for hour in pending.hours if hour <= last_hour}
        if history.written_until < last_hour:
            # Plays whose time was in the future when they were read.
            hours.add(history.written_until + 1)
        first_hour = min(hours, default=last_hour)
        every = self.of_plays()
        if history.lengths:
            every += self.of_watch_time(history, Measure.LENGTH)
        names: dict[str, int] = {}
        for series in every:
            written = history.written.get(series.statistic_id)
            if written is None:
                await self._writer.async_clear([series.statistic_id])
            start = 0 if written is None else first_hour
            rows = await self._hass.async_add_executor_job(
                hour_rows,
                history.log,
                series,
                history.lengths,
                start,
                last_hour,
                # A series that is written from its beginning has no row to overwrite.
                () if written is None else pending.emptied,
                self.bases,
            )
            if rows or written != series.name_checksum:
                await self._writer.async_write(series, rows)
                names[series.statistic_id] = series.name_checksum
        if names:
            # What is only queued is lost if Home Assistant is killed: do not save it as written.
            await self._writer.async_wait()
        if not names.items() <= history.written.items():
            history.written |= names
            has_changed = True
        libraries = self._runtime.libraries.data.libraries.values()
        library_keys = {library.uuid: library.key for library in libraries}
        if library_keys != history.library_keys:
            history.library_keys = library_keys
            has_changed = True
        # Not before: what is cancelled here is written again after a restart.
        self.pending = MergeResult()
        history.written_until = last_hour
        return has_changed

    def of_plays(self) -> list[Series]:
        """Return the series of plays, the server's first."""
        libraries = self._runtime.libraries.data.libraries
        return plays_series(
            self._runtime.machine_identifier,
            self._entry.title,
            [(uuid, library.key, library.title) for uuid, library in libraries.items()],
            self._users,
        )

    def of_watch_time(self, history: History, measure: Measure) -> list[Series]:
        """Return the series of past watch time; those of lengths only without measured ones."""
        if (measure is Measure.MEASURED) is not bool(history.measured):
            return []
        return watch_time_series(
            self._runtime.machine_identifier, self._entry.title, self._users, measure
        )

    @property
    def _users(self) -> dict[str, str]:
        """Return the followed users; none if the token is not the owner's."""
        if not self._runtime.sessions.can_read_sessions:
            return {}
        return followed_users(self._entry.options)
