"""Watch time before the sensors existed: measured by Plex, else from the lengths of items."""

from collections.abc import Callable
from itertools import batched
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..api import PlexApiError
from ..coordinator.features import UnavailableReason, unavailable_reason
from ..runtime_data import PlexPulseRuntime
from .play_log import SECONDS_PER_HOUR
from .reader import HistoryReader
from .series import Measure, Series, SeriesBase, hour_rows, measured_rows
from .storage import History

if TYPE_CHECKING:
    from .recorder_statistics import StatisticsWriter

_ITEMS_PER_REQUEST: Final = 100
_MAX_LENGTHS: Final = 200_000
_MAX_SECONDS: Final = 7 * 24 * SECONDS_PER_HOUR


class PastWatchTime:
    """Reads what is known of the past watch time of one server."""

    def __init__(
        self,
        hass: HomeAssistant,
        runtime: PlexPulseRuntime,
        reader: HistoryReader,
        writer: StatisticsWriter,
    ) -> None:
        """Initialize without a request."""
        self._hass = hass
        self._runtime = runtime
        self._reader = reader
        self._writer = writer
        self.has_changed = False

    async def async_update(
        self,
        history: History,
        series: Callable[[Measure], list[Series]],
        bases: dict[str, SeriesBase],
    ) -> None:
        """Read what is new, and write it.

        Raises:
            PlexApiError: a request failed.

        """
        self.has_changed = False
        if self._runtime.libraries.data.server.has_plex_pass:
            await self._async_read_measured(history, series)
        await self._async_read_lengths(history, series, bases)

    async def _async_read_measured(
        self, history: History, series: Callable[[Measure], list[Series]]
    ) -> None:
        """Read the hours that Plex has measured; it keeps only the latest ones."""
        try:
            await self._reader.async_pace()
            statistics = await self._runtime.client.get_media_statistics()
        except PlexApiError as err:
            if unavailable_reason(err) not in {
                UnavailableReason.NOT_OFFERED,
                UnavailableReason.NOT_THE_OWNER,
            }:
                raise
            return
        last_hour = int(dt_util.utcnow().timestamp()) // SECONDS_PER_HOUR
        read: dict[str, dict[int, int]] = {}
        for row in statistics:
            hour = row.at // SECONDS_PER_HOUR
            # An hour in the future is read again when it has come.
            if hour <= last_hour:
                hours = read.setdefault(row.account_id or "", {})
                hours[hour] = hours.get(hour, 0) + row.seconds
        changed = set()
        for account_id, hours in read.items():
            known = history.measured.setdefault(account_id, {})
            for hour, seconds in hours.items():
                # What is purged between two reads makes an hour smaller.
                if seconds > known.get(hour, -1):
                    known[hour] = seconds
                    changed.add(hour)
        for each in series(Measure.MEASURED):
            is_new = each.statistic_id not in history.written
            if not changed and not is_new:
                continue
            first = 0 if is_new else min(changed)
            rows = await self._hass.async_add_executor_job(
                measured_rows, each, history.measured, first
            )
            # Until the recorder has the rows, a restart writes the whole series again.
            history.written.pop(each.statistic_id, None)
            await self._writer.async_write(each, rows)
            await self._writer.async_wait()
            history.written[each.statistic_id] = each.name_checksum
            self.has_changed = True

    async def _async_read_lengths(
        self,
        history: History,
        series: Callable[[Measure], list[Series]],
        bases: dict[str, SeriesBase],
    ) -> None:
        """Read the lengths of the items that were played, and write the upper bounds."""
        unknown, first_hour = await self._hass.async_add_executor_job(_without_length, history)
        if not unknown:
            return
        every = series(Measure.LENGTH)
        for each in every:
            # Until all lengths are written, an error or a restart writes the whole series again.
            history.written.pop(each.statistic_id, None)
        for keys in batched(unknown, _ITEMS_PER_REQUEST, strict=False):
            history.lengths |= dict.fromkeys(keys, 0) | await self._async_lengths(keys)
            self.has_changed = True
        for each in every:
            bases.pop(each.statistic_id, None)
            rows = await self._hass.async_add_executor_job(
                hour_rows,
                history.log,
                each,
                history.lengths,
                first_hour,
                history.written_until,
                (),
                bases,
            )
            await self._writer.async_write(each, rows)
            await self._writer.async_wait()
            history.written[each.statistic_id] = each.name_checksum

    async def _async_lengths(self, keys: tuple[int, ...]) -> dict[int, int]:
        """Return the seconds of items by rating key, without those that have been deleted."""
        await self._reader.async_pace()
        try:
            items = await self._runtime.client.get_items(str(key) for key in keys)
        except PlexApiError as err:
            if unavailable_reason(err) is None:
                raise
            return {}
        return {
            int(item.rating_key): min(item.duration // 1000, _MAX_SECONDS)
            for item in items
            if item.rating_key is not None
            and item.rating_key.isdecimal()
            and item.duration is not None
        }


def _without_length(history: History) -> tuple[list[int], int]:
    """Return the items whose length was not read yet, and the hour of their first play."""
    with history.log.lock:
        column = history.log.column("rating_key")[:]
        times = history.log.at[:]
    limit = max(0, _MAX_LENGTHS - len(history.lengths))
    unknown = sorted(key for key in set(column) if key and key not in history.lengths)[:limit]
    found = set(unknown)
    first = next((at for at, key in zip(times, column, strict=True) if key in found), 0)
    return unknown, first // SECONDS_PER_HOUR
