"""Estimate the time of a server from the Date of its responses."""

from collections.abc import Mapping

from .clock import Clock
from .rate_limiter import parse_date


class ServerClock:
    """The time of one server, never behind our own.

    The dates of items are by the clock of the server. One that is ahead, as that of a container
    in the wrong time zone, would put all new items into the future.
    """

    def __init__(self, clock: Clock) -> None:
        """Start with our own time."""
        self._clock = clock
        self._date: str | None = None
        self.seconds_ahead = 0.0
        """By how much the server's clock is ahead of ours, 0 if it is behind."""

    def record(self, headers: Mapping[str, str]) -> None:
        """Compare the Date of a response, if it has one, with our own time."""
        text = headers.get("Date")
        # Many responses have the same date, and to parse it takes a fifth of a request's time.
        if text == self._date:
            return
        self._date = text
        if (date := parse_date(text)) is not None:
            self.seconds_ahead = max(0.0, date - self._clock.time())

    def time(self) -> float:
        """Return the Unix seconds of the server, or ours if they are later."""
        return self._clock.time() + self.seconds_ahead
