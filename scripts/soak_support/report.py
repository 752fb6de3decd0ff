"""The result of a soak: the figures, the problems, and a report for people."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from .resource_usage import TOLERANCES, ResourceUsage

_RESOURCES: Final = {
    "tasks": "Tasks",
    "listeners": "Listeners",
    "file_descriptors": "File descriptors",
    "memory": "Memory, MiB",
}


@dataclass(slots=True, kw_only=True)
class Report:
    """The figures of one soak; times in seconds.

    recoveries: faults after which the server was shown correctly again. failures: failed
    requests by kind. server_outages: the longest time for which a recovered server was not
    shown as such, by fault. entity_outages: the same for single entities. lost: servers and
    streams that were not shown again. lines_lost, lines_restored: log lines for a lost and a
    restored connection.
    """

    seed: int
    minutes: float
    requests: int = 0
    retries: int = 0
    recoveries: int = 0
    faults: Counter[str] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    server_outages: dict[str, float] = field(default_factory=dict)
    entity_outages: dict[str, float] = field(default_factory=dict)
    lines_lost: int = 0
    lines_restored: int = 0
    lost: list[str] = field(default_factory=list)
    unexpected: list[str] = field(default_factory=list)
    start: ResourceUsage | None = None
    end: ResourceUsage | None = None

    def problems(self) -> Iterator[str]:
        """Yield the reasons for which the soak has failed."""
        yield from self.lost
        yield from (f"Unexpected log line: {line}" for line in self.unexpected)
        if self.lines_lost != self.lines_restored:
            yield (
                f"The log has {self.lines_lost} lines for a lost connection and "
                f"{self.lines_restored} for a restored one"
            )
        if self.start is None or self.end is None:
            yield "The soak ended before the resource usage was measured"
            return
        for name, title in _RESOURCES.items():
            growth = getattr(self.end, name) - getattr(self.start, name)
            if growth > (tolerance := getattr(TOLERANCES, name)):
                yield f"{title} grew by {growth:g}, more than the tolerated {tolerance:g}"

    def record_server_outages(self, seconds: Mapping[str, float]) -> None:
        """Keep the longest time for each fault."""
        _keep_longest(self.server_outages, seconds)

    def record_entity_outages(self, seconds: Mapping[str, float]) -> None:
        """Keep the longest time for each fault."""
        _keep_longest(self.entity_outages, seconds)

    def text(self) -> str:
        """Return the report for people."""
        figures = {
            "Requests": f"{self.requests}",
            "Retries": f"{self.retries}",
            "Faults": f"{self.faults.total()}",
            "Recoveries": f"{self.recoveries}",
            "Longest server outage, s": f"{max(self.server_outages.values(), default=0):.1f}",
            "Longest entity outage, s": f"{max(self.entity_outages.values(), default=0):.1f}",
            "Lines lost and restored": f"{self.lines_lost} {self.lines_restored}",
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
                *self._fault_rows(),
                "",
                *self._resource_rows(),
                "",
                *(list(self.problems()) or ["Clean."]),
            )
        )

    def _fault_rows(self) -> Iterator[str]:
        yield _row("Fault", "times", "server, s", "entity, s")
        for name in sorted({*self.faults, *self.server_outages, *self.entity_outages}):
            yield _row(
                f"  {name}",
                f"{self.faults[name]}",
                f"{self.server_outages.get(name, 0):.1f}",
                f"{self.entity_outages.get(name, 0):.1f}",
            )

    def _resource_rows(self) -> Iterator[str]:
        yield _row("", "start", "end")
        for name, title in _RESOURCES.items():
            values = [
                f"{getattr(usage, name):.4g}" if usage else "-" for usage in (self.start, self.end)
            ]
            yield _row(title, *values)


def _row(title: str, *values: str) -> str:
    return f"{title:<28}{''.join(f'{value:>11}' for value in values)}"


def _keep_longest(known: dict[str, float], seconds: Mapping[str, float]) -> None:
    for fault, longest in seconds.items():
        known[fault] = max(known.get(fault, 0.0), longest)
