"""Group times by the hour of the day."""

from collections.abc import Iterable
from datetime import datetime, tzinfo
from typing import Final

NO_HOUR: Final = -1
"""Of a play whose time is unknown."""
_BLOCK_SECONDS: Final = 900
"""The UTC offset of a time zone is a multiple of it, and changes only at its multiples."""


def hours_of_day(times: Iterable[int], time_zone: tzinfo) -> list[int]:
    """Return the hour of the day, 0 to 23, of each time in Unix seconds; NO_HOUR for 0."""
    hours = {0: NO_HOUR}
    result: list[int] = []
    for at in times:
        block = at and at - at % _BLOCK_SECONDS
        hour = hours.get(block)
        if hour is None:
            hour = hours[block] = datetime.fromtimestamp(block, time_zone).hour
        result.append(hour)
    return result


def hour_name(hour: int) -> str | None:
    """Return an hour of the day as a span such as 21:00 to 22:00, None for NO_HOUR."""
    return None if hour == NO_HOUR else f"{hour:02}:00\N{EN DASH}{(hour + 1) % 24:02}:00"
