"""How long a working server is shown as unavailable."""

from dataclasses import dataclass, field


@dataclass(slots=True, kw_only=True)
class Outages:
    """The longest time for which a working server was shown as unavailable, by last fault.

    Seconds on the loop's clock; recovered_at is None during a fault.
    """

    recovered_at: float | None
    fault: str = "nothing"
    longest: dict[str, float] = field(default_factory=dict)
    _unavailable_since: float | None = None
    _retry_after_until: float = 0.0

    def start_fault(self, fault: str) -> None:
        """Ignore the server's state from now on."""
        self.fault, self.recovered_at = fault, None

    def end_fault(self, recovered_at: float) -> None:
        """Expect a working server from then on, or from the end of an earlier Retry-After."""
        self._retry_after_until = max(self._retry_after_until, recovered_at)
        self.recovered_at = self._retry_after_until

    def observe(self, now: float, *, is_unavailable: bool) -> None:
        """Record how the server is shown."""
        if not is_unavailable:
            self._unavailable_since = None
            return
        if self._unavailable_since is None:
            self._unavailable_since = now
        if self.recovered_at is not None and now > self.recovered_at:
            seconds = now - max(self._unavailable_since, self.recovered_at)
            self.longest[self.fault] = max(self.longest.get(self.fault, 0.0), seconds)
