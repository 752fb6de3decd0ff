"""The figures as a table for people and as JSON for programs."""

from collections.abc import Mapping
import json
import os
import platform
from typing import Final

from homeassistant.const import __version__ as home_assistant_version

from scripts.common.table import format_table

from .figures import CARD_GOALS, GOALS, HISTORY_GOALS, Figure, flatten

_HEADINGS: Final = ("Figure", "Value", "Goal", "")
_SIGNIFICANT_DIGITS: Final = 3


def describe_machine() -> dict[str, str | int]:
    """Return the machine and the versions that the figures depend on."""
    return {
        "cores": os.process_cpu_count() or 0,
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "home_assistant": home_assistant_version,
    }


def as_table(figures: Mapping[str, Figure]) -> str:
    """Return a table with a line per value, its goal and whether it is reached."""
    rows: list[tuple[str, str, str, str]] = []
    for name, value in flatten(figures):
        goal = (GOALS | CARD_GOALS | HISTORY_GOALS).get(name)
        verdict = ("reached" if goal.is_reached(_rounded(value)) else "missed") if goal else ""
        rows.append((name, f"{_rounded(value):g}", str(goal) if goal else "", verdict))
    machine = ", ".join(f"{name} {value}" for name, value in describe_machine().items())
    return f"{format_table(_HEADINGS, rows)}\n\nMeasured on: {machine}"


def as_json(figures: Mapping[str, Figure]) -> str:
    """Return a JSON object: the figures by name, and the machine."""
    rounded = {
        name: {part: _rounded(value) for part, value in figure.items()}
        if isinstance(figure, Mapping)
        else _rounded(figure)
        for name, figure in figures.items()
    }
    return json.dumps({**rounded, "machine": describe_machine()}, indent=2)


def _rounded(value: float) -> float:
    """Return a value with three significant digits; whole numbers are counts and stay exact."""
    if float(value).is_integer():
        return value
    return float(f"{value:.{_SIGNIFICANT_DIGITS}g}")
