"""The figures: their sizes, their goals, and whether these are reached."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
import math
from typing import Final, override

type Figure = float | Mapping[str, float]

SESSIONS: Final = (40, 320)
"""The largest response that the client reads, 2 MiB, has about 330 such sessions."""
LIBRARIES: Final = (5, 50)
ITEMS: Final = 100_000
"""In each library."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """The limit of a figure."""

    limit: float
    at_least: bool = False

    def is_reached(self, value: float) -> bool:
        """Return whether a value is within the limit."""
        return value >= self.limit if self.at_least else value <= self.limit

    @override
    def __str__(self) -> str:
        """Return the goal as a table shows it."""
        return f"{'≥' if self.at_least else '≤'} {self.limit:g}"


# Linear, with a margin for the noise between two runs.
_LINEAR: Final = Goal(limit=1.1)
GOALS: Final[dict[str, Goal]] = {
    "event_to_state_ms.p95": Goal(limit=50),
    "setup": Goal(limit=8),
    "idle_per_hour": Goal(limit=12),
    "steady_playback_per_minute": Goal(limit=0),
    "five_starts_at_once": Goal(limit=1),
    "cpu_ratio_vs_plexapi.sessions": Goal(limit=10, at_least=True),
    "cpu_ratio_vs_plexapi.libraries": Goal(limit=3.5, at_least=True),
    "cpu_ratio_vs_floor.sessions": Goal(limit=1.7),
    "cpu_ratio_vs_floor.libraries": Goal(limit=1.35),
    "longest_block_ms.sessions_1": Goal(limit=5),
    "longest_block_ms.sessions_40": Goal(limit=5),
    "longest_block_ms.positions_of_1_at_once": Goal(limit=5),
    "longest_block_ms.positions_of_40_at_once": Goal(limit=5),
    **{f"setup_block_ms.{libraries}": Goal(limit=25) for libraries in (6, 50, 300)},
    **{f"cpu_us_per_position.{streams}": Goal(limit=200) for streams in (1, *SESSIONS)},
    "import_ms": Goal(limit=60),
    "recorder_rows_per_hour.10": Goal(limit=36),
    "recorder_rows_per_hour.40": Goal(limit=66),
    "recorder_rows_per_hour.10_followed_4": Goal(limit=36 + 4 * 14),
    **{f"recorder_rows_per_hour.idle_{libraries}": Goal(limit=26) for libraries in (6, 50, 300)},
    "statistics_rows_per_hour.6": Goal(limit=208),
    "statistics_rows_per_hour.50": Goal(limit=1352),
    "statistics_rows_per_hour.300": Goal(limit=7852),
    "browser_bytes_per_minute.10": Goal(limit=2000),
    "browser_bytes_per_minute.40": Goal(limit=5000),
    "growth.cpu_sessions": _LINEAR,
    "growth.cpu_libraries": _LINEAR,
    "growth.block_sessions": _LINEAR,
    "growth.block_positions": _LINEAR,
    "growth.block_libraries": _LINEAR,
    "growth.memory_sessions": _LINEAR,
    "growth.memory_libraries": _LINEAR,
}
CARD_GOALS: Final[dict[str, Goal]] = {
    "card_latency_ms.p95": Goal(limit=150),
    "card_first_paint_ms.warm_rows": Goal(limit=500),
}
HISTORY_GOALS: Final[dict[str, Goal]] = {"history_memory_mib.1000000": Goal(limit=200)}
"""Goals by figure, or by `figure.part` for figures with several values."""


def exponent(costs: Iterable[float], sizes: tuple[int, int]) -> float:
    """Return the exponent of growth of the costs of two sizes: 1 is linear, 2 quadratic."""
    small, large = costs
    return math.log(large / small, sizes[1] / sizes[0])


def merge(figures: dict[str, Figure], added: Mapping[str, Figure]) -> None:
    """Add figures; the values of a figure with several parts are combined."""
    for name, figure in added.items():
        known = figures.get(name)
        if isinstance(figure, Mapping) and isinstance(known, Mapping):
            figures[name] = {**known, **figure}
        else:
            figures[name] = figure


def flatten(figures: Mapping[str, Figure]) -> Iterator[tuple[str, float]]:
    """Yield each value with its name as used in GOALS."""
    for name, figure in figures.items():
        if isinstance(figure, Mapping):
            yield from ((f"{name}.{part}", value) for part, value in figure.items())
        else:
            yield name, figure
