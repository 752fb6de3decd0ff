"""What a client counts about its own requests."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..errors import PlexErrorKind

_WEIGHT: Final = 0.2
"""Share of the newest answer in the moving latency: about the last ten answers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiStatistics:
    """A client's figures since it was made.

    requests: sent, repetitions included. retries: repetitions alone.
    failures: requests that failed, by kind. bytes_received: of bodies, decompressed.
    latency, average_latency: seconds from sending to the whole answer, the last and a
    moving average; None before the first answer.
    blocked_until: Unix seconds until when the host asked for silence, or None.
    """

    requests: int = 0
    retries: int = 0
    failures: Mapping[PlexErrorKind, int] = field(default_factory=dict)
    bytes_received: int = 0
    latency: float | None = None
    average_latency: float | None = None
    blocked_until: float | None = None

    @property
    def failed(self) -> int:
        """Return how many requests failed, whatever the kind."""
        return sum(self.failures.values())


class StatisticsRecorder:
    """Count while requests run; `snapshot` gives the figures out."""

    def __init__(self) -> None:
        """Start at zero."""
        self._requests = 0
        self._retries = 0
        self._failures: dict[PlexErrorKind, int] = {}
        self._bytes_received = 0
        self._latency: float | None = None
        self._average_latency: float | None = None

    def sent(self, *, is_retry: bool) -> None:
        """Count a request that leaves."""
        self._requests += 1
        self._retries += is_retry

    def answered(self, seconds: float, size: int) -> None:
        """Count an answer, whatever its status."""
        self._bytes_received += size
        self._latency = seconds
        self._average_latency = (
            seconds
            if self._average_latency is None
            else self._average_latency + _WEIGHT * (seconds - self._average_latency)
        )

    def failed(self, kind: PlexErrorKind) -> None:
        """Count a request that failed."""
        self._failures[kind] = self._failures.get(kind, 0) + 1

    def snapshot(self, blocked_until: float | None) -> ApiStatistics:
        """Return the figures as they stand."""
        return ApiStatistics(
            requests=self._requests,
            retries=self._retries,
            failures=dict(self._failures),
            bytes_received=self._bytes_received,
            latency=self._latency,
            average_latency=self._average_latency,
            blocked_until=blocked_until,
        )
