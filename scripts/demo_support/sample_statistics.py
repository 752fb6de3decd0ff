"""Sample long-term statistics, for the dashboard's graphs."""

from datetime import UTC, datetime, timedelta
import math
from typing import Final

from .client import HomeAssistantClient
from .entities import Entity

EVENING_DAYS: Final = 7
GROWTH_DAYS: Final = 30
# Typical values of an evening: streams, and Mbit/s.
EVENING_VALUES: Final = {
    "sensor.active_streams": 5.0,
    "sensor.transcodes": 2.0,
    "sensor.bandwidth_lan": 60.0,
    "sensor.bandwidth_wan": 14.0,
}
STORAGE: Final = "sensor.storage"
_GROWTH: Final = 0.15
"""Part of a library that was added in the last days."""
_UNIT_CLASSES: Final = {"Mbit/s": "data_rate", "GiB": "information"}
_ARITHMETIC_MEAN: Final = 1


async def import_sample_statistics(client: HomeAssistantClient, entity: Entity) -> None:
    """Import statistics of the past days for an entity, if the dashboard shows them."""
    unit = entity.attributes.get("unit_of_measurement")
    if not isinstance(unit, str) or not (statistics := _statistics(entity)):
        return
    await client.command(
        "recorder/import_statistics",
        metadata={
            "mean_type": _ARITHMETIC_MEAN,
            "has_sum": False,
            "name": None,
            "source": "recorder",
            "statistic_id": entity.entity_id,
            "unit_class": _UNIT_CLASSES.get(unit),
            "unit_of_measurement": unit,
        },
        stats=statistics,
    )


def _statistics(entity: Entity) -> list[dict[str, object]]:
    """Return the statistics of the past hours, none for an entity without sample values."""
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    if entity.key == STORAGE:
        size = float(entity.state)
        hours = GROWTH_DAYS * 24
        return [
            _growing(now - timedelta(hours=ago), size, 1 - ago / hours)
            for ago in range(hours, 0, -1)
        ]
    if (evening_value := EVENING_VALUES.get(entity.key)) is None:
        return []
    return [
        _hour(now - timedelta(hours=ago), evening_value) for ago in range(EVENING_DAYS * 24, 0, -1)
    ]


def _growing(start: datetime, size: float, part: float) -> dict[str, object]:
    """Return the statistics of an hour in which a part of the additions is there, in steps."""
    added = math.floor(part * 6) / 6
    mean = round(size * (1 - _GROWTH * (1 - added)), 1)
    return {"start": start.isoformat(), "mean": mean, "min": mean, "max": mean}


def _hour(start: datetime, evening_value: float) -> dict[str, object]:
    """Return the statistics of an hour: a peak in the evening, and more at the weekend."""
    evening = math.exp(-(((start.hour - 20.5) / 2.5) ** 2))
    afternoon = 0.3 * math.exp(-(((start.hour - 14) / 3) ** 2))
    weekend = 1.4 if start.weekday() >= 5 else 1.0  # noqa: PLR2004 - Saturday and Sunday
    mean = round(evening_value * weekend * (evening + afternoon), 2)
    return {
        "start": start.isoformat(),
        "mean": mean,
        "min": round(mean * 0.6, 2),
        "max": round(mean * 1.4, 2),
    }
