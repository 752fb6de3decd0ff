"""A week that never was, so that graphs of long-term statistics have something to show."""

from datetime import UTC, datetime, timedelta
import math
from typing import Final

from .client import HomeAssistantClient
from .entities import Entity

DAYS: Final = 7
# What is usual on an evening: so many streams, so many Mbit/s.
USUAL: Final = {
    "sensor.active_streams": 5.0,
    "sensor.transcodes": 2.0,
    "sensor.bandwidth_lan": 60.0,
    "sensor.bandwidth_wan": 14.0,
}
_UNIT_CLASSES: Final = {"Mbit/s": "data_rate"}
_ARITHMETIC: Final = 1


async def import_past(client: HomeAssistantClient, entity: Entity) -> None:
    """Give an entity the statistics of a week, if it is one of those that are shown."""
    usual = USUAL.get(entity.key)
    unit = entity.attributes.get("unit_of_measurement")
    if usual is None or not isinstance(unit, str):
        return
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    await client.command(
        "recorder/import_statistics",
        metadata={
            "mean_type": _ARITHMETIC,
            "has_sum": False,
            "name": None,
            "source": "recorder",
            "statistic_id": entity.entity_id,
            "unit_class": _UNIT_CLASSES.get(unit),
            "unit_of_measurement": unit,
        },
        stats=[_hour(now - timedelta(hours=hours), usual) for hours in range(DAYS * 24, 0, -1)],
    )


def _hour(start: datetime, usual: float) -> dict[str, object]:
    """Return the figures of an hour: little by day, most in the evening, more at the weekend."""
    evening = math.exp(-(((start.hour - 20.5) / 2.5) ** 2))
    matinee = 0.3 * math.exp(-(((start.hour - 14) / 3) ** 2))
    weekend = 1.4 if start.weekday() >= 5 else 1.0  # noqa: PLR2004 - Saturday and Sunday
    mean = round(usual * weekend * (evening + matinee), 2)
    return {
        "start": start.isoformat(),
        "mean": mean,
        "min": round(mean * 0.6, 2),
        "max": round(mean * 1.4, 2),
    }
