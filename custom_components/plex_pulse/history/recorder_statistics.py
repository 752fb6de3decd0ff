"""Write external statistics; the only module that imports the recorder.

Imported only when the recorder is loaded: without it, its requirements may not be installed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.models import (
    StatisticData,
    StatisticMeanType,
    StatisticMetaData,
)
from homeassistant.components.recorder.statistics import (
    async_add_external_statistics,
    get_last_statistics,
)
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant
from homeassistant.util.unit_conversion import DurationConverter

from ..const import DOMAIN
from .play_log import SECONDS_PER_HOUR
from .series import HourRow, Measure, Series

_MAX_ROWS: Final = 2_000
"""Rows that are queued before the recorder has written the ones before them."""


class StatisticsWriter:
    """Writes hourly rows; a row that exists is overwritten, so writing twice changes nothing."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize with nothing queued."""
        self._hass = hass
        self._queued = 0

    async def async_write(self, series: Series, rows: Sequence[HourRow]) -> None:
        """Write rows of a series, in parts; waits while many are queued."""
        is_duration = series.measure is not Measure.PLAYS
        metadata = StatisticMetaData(
            mean_type=StatisticMeanType.NONE,
            has_sum=True,
            name=series.name,
            source=DOMAIN,
            statistic_id=series.statistic_id,
            unit_class=DurationConverter.UNIT_CLASS if is_duration else None,
            unit_of_measurement=UnitOfTime.HOURS if is_duration else "plays",
        )
        for start in range(0, max(1, len(rows)), _MAX_ROWS):
            part = rows[start : start + _MAX_ROWS]
            self._queued += len(part)
            async_add_external_statistics(self._hass, metadata, [_data(row) for row in part])
            if self._queued >= _MAX_ROWS:
                await self.async_wait()

    async def async_wait(self) -> None:
        """Wait until the recorder has written what is queued."""
        self._queued = 0
        await get_instance(self._hass).async_block_till_done()

    async def async_last_sum(self, statistic_id: str) -> float | None:
        """Return the last sum that the recorder has of a series, None without any."""
        found = await get_instance(self._hass).async_add_executor_job(
            get_last_statistics, self._hass, 1, statistic_id, False, {"sum"}
        )
        rows = found.get(statistic_id)
        return rows[0].get("sum") if rows else None

    async def async_clear(self, statistic_ids: list[str]) -> None:
        """Delete series, before they are written from their beginning."""
        get_instance(self._hass).async_clear_statistics(statistic_ids)


def _data(row: HourRow) -> StatisticData:
    """Return a row as the recorder takes it."""
    return StatisticData(
        start=datetime.fromtimestamp(row.hour * SECONDS_PER_HOUR, UTC),
        state=row.state,
        sum=row.sum,
    )
