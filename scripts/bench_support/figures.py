"""The figures: their sizes, their goals, and whether they are reached."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
import math
from typing import Final, override

type Figure = float | Mapping[str, float]

SESSIONS: Final = (40, 400)
LIBRARIES: Final = (5, 50)
ITEMS: Final = 100_000
"""In each library."""
_STEP: Final = 10
"""From the smaller of two sizes to the larger."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """What a figure is to be at most, or at least."""

    limit: float
    at_least: bool = False

    def is_reached(self, value: float) -> bool:
        """Return whether a value will do."""
        return value >= self.limit if self.at_least else value <= self.limit

    @override
    def __str__(self) -> str:
        """Return the goal as a table shows it."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


# Linear, but for what differs from run to run.
_LINEAR: Final = Goal(limit=1.1)
GOALS: Final[Mapping[str, Goal]] = {
    "event_to_state_ms.p95": Goal(limit=50),
    "setup": Goal(limit=8),
    "idle_per_hour": Goal(limit=12),
    "steady_playback_per_minute": Goal(limit=0),
    "five_starts_at_once": Goal(limit=1),
    "cpu_ratio_vs_plexapi.sessions": Goal(limit=8, at_least=True),
    "cpu_ratio_vs_plexapi.libraries": Goal(limit=8, at_least=True),
    "cpu_ratio_vs_floor.sessions": Goal(limit=1.3),
    "cpu_ratio_vs_floor.libraries": Goal(limit=1.3),
    "longest_block_ms.sessions_1": Goal(limit=5),
    "longest_block_ms.sessions_40": Goal(limit=5),
    "longest_block_ms.positions_of_1_at_once": Goal(limit=5),
    "longest_block_ms.positions_of_40_at_once": Goal(limit=5),
    "growth.cpu_sessions": _LINEAR,
    "growth.cpu_libraries": _LINEAR,
    "growth.block_sessions": _LINEAR,
    "growth.block_positions": _LINEAR,
    "growth.block_libraries": _LINEAR,
    "growth.memory_sessions": _LINEAR,
    "growth.memory_libraries": _LINEAR,
}
"""By figure, a dot before what a figure of several is about."""


def exponent(small: float, large: float) -> float:
    """Return the power of the size that a cost grows with: 1 is linear, 2 its square."""
    return math.log(large / small, _STEP)


def merge(figures: dict[str, Figure], more: Mapping[str, Figure]) -> None:
    """Add figures; those of several join what is there of the same name."""
    for name, figure in more.items():
        known = figures.get(name)
        if isinstance(figure, Mapping) and isinstance(known, Mapping):
            figures[name] = {**known, **figure}
        else:
            figures[name] = figure


def flat(figures: Mapping[str, Figure]) -> Iterator[tuple[str, float]]:
    """Yield each value with its name as GOALS has it."""
    for name, figure in figures.items():
        if isinstance(figure, Mapping):
            yield from ((f"{name}.{part}", value) for part, value in figure.items())
        else:
            yield name, figure
