"""The figures as a table for people and as JSON for programs."""

from collections.abc import Mapping
import json
import os
import platform
from typing import Final

from homeassistant.const import __version__ as home_assistant_version

from .figures import GOALS, Figure, flat

_HEADINGS: Final = ("Figure", "Value", "Goal", "")
_DIGITS: Final = 3


def machine() -> dict[str, str | int]:
    """Return what the figures were measured on."""
    return {
        "cores": os.process_cpu_count() or 0,
        "processor": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "home_assistant": home_assistant_version,
    }


def as_table(figures: Mapping[str, Figure]) -> str:
    """Return a table with a line per value, with its goal and whether it is reached."""
    rows: list[tuple[str, str, str, str]] = [_HEADINGS]
    for name, value in flat(figures):
        goal = GOALS.get(name)
        verdict = ("reached" if goal.is_reached(_rounded(value)) else "missed") if goal else ""
        rows.append((name, f"{_rounded(value):g}", str(goal) if goal else "", verdict))
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    rows.insert(1, ("-" * widths[0], "-" * widths[1], "-" * widths[2], "-" * widths[3]))
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]
    about = ", ".join(f"{name} {value}" for name, value in machine().items())
    return "\n".join((*lines, "", f"Measured on: {about}"))


def as_json(figures: Mapping[str, Figure]) -> str:
    """Return a JSON object: the figures by name, and the machine."""
    rounded = {
        name: {part: _rounded(value) for part, value in figure.items()}
        if isinstance(figure, Mapping)
        else _rounded(figure)
        for name, figure in figures.items()
    }
    return json.dumps({**rounded, "machine": machine()}, indent=2)


def _rounded(value: float) -> float:
    """Return a value with as many digits as it deserves."""
    return float(f"{value:.{_DIGITS}g}")
