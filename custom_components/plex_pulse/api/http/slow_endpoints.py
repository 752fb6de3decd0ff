"""Adapt the timeout of one attempt to endpoints that are slow on an otherwise fast server."""

from typing import Final

from .clock import Clock

_ADAPTATION_SECONDS: Final = 3600.0
"""How long an endpoint counts as slow after its last slow response or timeout."""


class SlowEndpoints:
    """The endpoints of one host whose attempts get all of the time that is left for a call.

    A response that takes 11 s is never received if each attempt is cancelled after 10 s and
    sent again; the server does the same work again for each attempt. A timeout alone may also be
    that of a connection that a router has dropped, or of a frozen server: it counts until the
    next response, which shows whether the endpoint is slow.
    """

    def __init__(self, clock: Clock) -> None:
        """Start without slow endpoints."""
        self._clock = clock
        self._slow_until: dict[str, float] = {}
        self._timed_out: set[str] = set()

    def attempt_timeout(self, endpoint: str, usual: float, remaining: float) -> float:
        """Return the seconds that the next attempt may take.

        `usual` is the attempt timeout of the policy, `remaining` the time left for the call.
        """
        slow_until = self._slow_until.get(endpoint)
        is_slow = slow_until is not None and slow_until > self._clock.monotonic()
        if is_slow or endpoint in self._timed_out:
            return remaining
        return min(usual, remaining)

    def timed_out(self, endpoint: str) -> None:
        """Record that an attempt did not end in time."""
        self._timed_out.add(endpoint)

    def responded(self, endpoint: str, seconds: float, usual: float) -> None:
        """Record how long a response took; an hour of quick ones ends the adaptation."""
        self._timed_out.discard(endpoint)
        if seconds > usual:
            self._slow_until[endpoint] = self._clock.monotonic() + _ADAPTATION_SECONDS
        elif endpoint in self._slow_until and self._slow_until[endpoint] <= self._clock.monotonic():
            del self._slow_until[endpoint]
