"""Sample long-term statistics of a week, for the dashboard's graphs."""

from datetime import UTC, datetime, timedelta
import math
from typing import Final

from .client import HomeAssistantClient
from .entities import Entity

DAYS: Final = 7
# Typical values of an evening: streams, and Mbit/s.
EVENING_VALUES: Final = {
    "sensor.active_streams": 5.0,
    "sensor.transcodes": 2.0,
    "sensor.bandwidth_lan": 60.0,
    "sensor.bandwidth_wan": 14.0,
}
_UNIT_CLASSES: Final = {"Mbit/s": "data_rate"}
_ARITHMETIC_MEAN: Final = 1


async def import_sample_statistics(client: HomeAssistantClient, entity: Entity) -> None:
    """Import the statistics of a week for an entity, if the dashboard shows them."""
    evening_value = EVENING_VALUES.get(entity.key)
    unit = entity.attributes.get("unit_of_measurement")
    if evening_value is None or not isinstance(unit, str):
        return
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
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
        stats=[
            _hour(now - timedelta(hours=hours), evening_value) for hours in range(DAYS * 24, 0, -1)
        ],
    )


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
