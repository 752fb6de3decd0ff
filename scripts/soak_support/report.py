"""What a soak has found: the figures, what is wrong with them, and a text for people."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from .vitals import TOLERANCES, Vitals

_VITALS: Final = {
    "tasks": "Tasks",
    "listeners": "Listeners",
    "file_descriptors": "File descriptors",
    "memory": "Memory, MiB",
}


@dataclass(slots=True, kw_only=True)
class Report:
    """The figures of one soak; times in seconds.

    recoveries: troubles after which the server was shown again. failures: requests that
    failed, by kind. shown_down: the longest for which a server that was well again was
    not shown as such, by trouble. entities_away: the same of any entity of its own.
    lost: servers and streams that stayed away. lines_lost, lines_back: how often the log
    said so of a server.
    """

    seed: int
    minutes: float
    requests: int = 0
    retries: int = 0
    recoveries: int = 0
    troubles: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    shown_down: dict[str, float] = field(default_factory=dict)
    entities_away: dict[str, float] = field(default_factory=dict)
    lines_lost: int = 0
    lines_back: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    start: Vitals | None = None
    end: Vitals | None = None

    def problems(self) -> Iterator[str]:
        """Yield all for which the soak has failed."""
        yield from self.lost
        yield from (f"Unexpected in the log: {line}" for line in self.unexpected)
        if self.lines_lost != self.lines_back:
            yield f"The log says {self.lines_lost} times lost, {self.lines_back} times back"
        if self.start is None or self.end is None:
            yield "The soak ended before everything was measured"
            return
        for name, title in _VITALS.items():
            growth = getattr(self.end, name) - getattr(self.start, name)
            if growth > (tolerance := getattr(TOLERANCES, name)):
                yield f"{title} grew by {growth:g}; {tolerance:g} would be fine"

    def note_shown_down(self, seconds: Mapping[str, float]) -> None:
        """Keep the longest time for each cause."""
        _keep_longest(self.shown_down, seconds)

    def note_entities_away(self, seconds: Mapping[str, float]) -> None:
        """Keep the longest time for each cause."""
        _keep_longest(self.entities_away, seconds)

    def text(self) -> str:
        """Return the report for people."""
        figures = {
            "Requests": f"{self.requests}",
            "Retries": f"{self.retries}",
            "Troubles": f"{self.troubles.total()}",
            "Recoveries": f"{self.recoveries}",
            "Healthy, shown as down, s": f"{max(self.shown_down.values(), default=0):.1f}",
            "Its slowest entity, s": f"{max(self.entities_away.values(), default=0):.1f}",
            "Log lines lost and back": f"{self.lines_lost} {self.lines_back}",
            "Unexpected log lines": f"{len(self.unexpected)}",
            "Lost servers and streams": f"{len(self.lost)}",
            "Failed requests": f"{self.failures.total()}",
        }
        return "\n".join(
            (
                f"Seed {self.seed}, {self.minutes:g} minutes, 2 servers",
                "",
                *(_row(name, value) for name, value in figures.items()),
                *(_row(f"  {kind}", f"{count}") for kind, count in sorted(self.failures.items())),
                "",
                *self._troubles(),
                "",
                *self._vitals(),
                "",
                *(list(self.problems()) or ["Clean."]),
            )
        )

    def _troubles(self) -> Iterator[str]:
        yield _row("Trouble", "times", "down, s", "entity, s")
        for name in sorted({*self.troubles, *self.shown_down, *self.entities_away}):
            yield _row(
                f"  {name}",
                f"{self.troubles[name]}",
                f"{self.shown_down.get(name, 0):.1f}",
                f"{self.entities_away.get(name, 0):.1f}",
            )

    def _vitals(self) -> Iterator[str]:
        yield _row("", "start", "end")
        for name, title in _VITALS.items():
            values = [
                f"{getattr(vitals, name):.4g}" if vitals else "-"
                for vitals in (self.start, self.end)
            ]
            yield _row(title, *values)


def _row(title: str, *values: str) -> str:
    return f"{title:<28}{''.join(f'{value:>11}' for value in values)}"


def _keep_longest(known: dict[str, float], seconds: Mapping[str, float]) -> None:
    for cause, longest in seconds.items():
        known[cause] = max(known.get(cause, 0.0), longest)
