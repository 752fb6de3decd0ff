"""Plays by hour, of the server's history and of the statistics, to compare them."""

from collections import Counter
from typing import Any

from homeassistant.util import dt as dt_util

from tests.simulator.session import View


def plays_by_hour(views: list[View], until: float) -> Counter[int]:
    """Return the number of plays by hour, without those in the future."""
    return Counter(view.viewed_at // 3600 for view in views if view.viewed_at <= until)


def now_seconds() -> float:
    """Return the time of Home Assistant in Unix seconds; the server's clock is behind it."""
    return dt_util.utcnow().timestamp()


def rows_by_hour(rows: list[dict[str, Any]]) -> Counter[int]:
    """Return the plays by hour of statistics, without the hours that have none."""
    return +Counter({int(row["start"]) // 3600: int(row["state"]) for row in rows})
