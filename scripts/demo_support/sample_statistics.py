"""Sample long-term statistics of a month, for the dashboard's graphs."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import accumulate
import math
from typing import Final

from .client import HomeAssistantClient
from .entities import Entity

type Rows = list[dict[str, object]]

DAYS: Final = 30
# Typical values of an evening: streams, and Mbit/s.
EVENING_VALUES: Final = {
    "sensor.active_streams": 5.0,
    "sensor.transcodes": 2.0,
    "sensor.bandwidth_lan": 60.0,
    "sensor.bandwidth_wan": 14.0,
}
COUNTS: Final = frozenset({"sensor.active_streams", "sensor.transcodes"})
# Hours that are watched in an hour of an evening. The first one is also of each followed user.
EVENING_WATCH_TIMES: Final = {
    "sensor.watch_time": 2.4,
    "sensor.watch_time_direct_play": 1.3,
    "sensor.watch_time_direct_stream": 0.3,
    "sensor.watch_time_transcode": 0.8,
}
STORAGE: Final = "sensor.storage"
_GROWTH: Final = 0.15
"""Part of a library that was added in the month."""
_GROWTH_STEPS: Final = 6
_USERS_SHARE: Final = 0.4
_UNIT_CLASSES: Final = {"Mbit/s": "data_rate", "h": "duration", "GiB": "information"}
_NO_MEAN: Final = 0
_ARITHMETIC_MEAN: Final = 1


async def import_sample_statistics(client: HomeAssistantClient, entity: Entity) -> None:
    """Import the statistics of a month for an entity, if the dashboard shows them."""
    unit = entity.attributes.get("unit_of_measurement")
    if not isinstance(unit, str) or not (rows := _rows(entity)):
        return
    has_sum = entity.key in EVENING_WATCH_TIMES
    await client.command(
        "recorder/import_statistics",
        metadata={
            "mean_type": _NO_MEAN if has_sum else _ARITHMETIC_MEAN,
            "has_sum": has_sum,
            "name": None,
            "source": "recorder",
            "statistic_id": entity.entity_id,
            "unit_class": _UNIT_CLASSES.get(unit),
            "unit_of_measurement": unit,
        },
        stats=rows,
    )


def _rows(entity: Entity) -> Rows:
    """Return the statistics of the past hours, none for an entity without sample values."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    hours = [now - timedelta(hours=hours) for hours in range(DAYS * 24, 0, -1)]
    if entity.key == STORAGE:
        return _sizes(hours, float(entity.state))
    if (evening_value := EVENING_WATCH_TIMES.get(entity.key)) is not None:
        if entity.unique_id.removesuffix("_watch_time").count("_") == 1:
            # The part in between is the id of a followed user.
            evening_value *= _USERS_SHARE
        return _sums(hours, evening_value)
    if (evening_value := EVENING_VALUES.get(entity.key)) is not None:
        return _means(hours, evening_value, is_count=entity.key in COUNTS)
    return []


def _means(hours: Sequence[datetime], evening_value: float, *, is_count: bool) -> Rows:
    """Return the mean, minimum and maximum of each hour; those of a count are whole numbers."""
    rows: Rows = []
    for hour in hours:
        mean = round(_value(hour, evening_value), 2)
        rows.append(
            {
                "start": hour.isoformat(),
                "mean": mean,
                "min": math.floor(mean * 0.6) if is_count else round(mean * 0.6, 2),
                "max": math.ceil(mean * 1.4) if is_count else round(mean * 1.4, 2),
            }
        )
    return rows


def _sums(hours: Sequence[datetime], evening_value: float) -> Rows:
    """Return the sum up to each hour."""
    sums = accumulate(_value(hour, evening_value) for hour in hours)
    return [
        {"start": hour.isoformat(), "state": round(total, 3), "sum": round(total, 3)}
        for hour, total in zip(hours, sums, strict=True)
    ]


def _sizes(hours: Sequence[datetime], size: float) -> Rows:
    """Return the size of a library that grows to its present size in steps."""
    rows: Rows = []
    for number, hour in enumerate(hours):
        added = math.floor(number / len(hours) * _GROWTH_STEPS) / _GROWTH_STEPS
        mean = round(size * (1 - _GROWTH * (1 - added)), 1)
        rows.append({"start": hour.isoformat(), "mean": mean, "min": mean, "max": mean})
    return rows


def _value(hour: datetime, evening_value: float) -> float:
    """Return the value of an hour: a peak in the evening, and more at the weekend."""
    evening = math.exp(-(((hour.hour - 20.5) / 2.5) ** 2))
    afternoon = 0.3 * math.exp(-(((hour.hour - 14) / 3) ** 2))
    weekend = 1.4 if hour.weekday() >= 5 else 1.0  # noqa: PLR2004 - Saturday and Sunday
    # Days differ, by a pattern that looks random.
    day = 0.7 + 0.6 * (hour.toordinal() * 7 % 11) / 10
    return evening_value * weekend * day * (evening + afternoon)
