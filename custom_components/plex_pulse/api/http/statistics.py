"""Count the requests of one client."""

from collections.abc import Mapping
from dataclasses import field
from typing import Final

from ..errors import PlexErrorKind
from ..record import Record

_LATENCY_WEIGHT: Final = 0.2
"""Share of the newest response in the average latency, which so covers about ten of them."""


class ApiStatistics(Record):
    """A snapshot of a client's counters since it was created."""

    requests: int = 0
    """Requests sent, retries included."""
    retries: int = 0
    """Requests sent as retries."""
    failures: Mapping[PlexErrorKind, int] = field(default_factory=dict)
    """Failed attempts by kind."""
    bytes_received: int = 0
    """Bytes of bodies, after decompression."""
    latency: float | None = None
    """Seconds from sending to the complete response, of the last one; None before the first."""
    average_latency: float | None = None
    """Exponential moving average of the latency in seconds."""
    blocked_until: float | None = None
    """Unix seconds until which the host is rate limited, None if it is not."""

    @property
    def failed(self) -> int:
        """Return the number of failed attempts of all kinds."""
        return sum(self.failures.values())


class StatisticsRecorder:
    """Count requests, responses and failures."""

    def __init__(self) -> None:
        """Start all counters at zero."""
        self._requests = 0
        self._retries = 0
        self._failures: dict[PlexErrorKind, int] = {}
        self._bytes_received = 0
        self._latency: float | None = None
        self._average_latency: float | None = None

    def record_request(self, *, is_retry: bool) -> None:
        """Count a request that is sent."""
        self._requests += 1
        self._retries += is_retry

    def record_response(self, seconds: float, size: int) -> None:
        """Count a response of `size` bytes, with any status."""
        self._bytes_received += size
        self._latency = seconds
        self._average_latency = (
            seconds
            if self._average_latency is None
            else self._average_latency + _LATENCY_WEIGHT * (seconds - self._average_latency)
        )

    def record_failure(self, kind: PlexErrorKind) -> None:
        """Count a failed attempt."""
        self._failures[kind] = self._failures.get(kind, 0) + 1

    def snapshot(self, blocked_until: float | None) -> ApiStatistics:
        """Return the counters; `blocked_until` is that of the host, in Unix seconds."""
        return ApiStatistics(
            requests=self._requests,
            retries=self._retries,
            failures=dict(self._failures),
            bytes_received=self._bytes_received,
            latency=self._latency,
            average_latency=self._average_latency,
            blocked_until=blocked_until,
        )
