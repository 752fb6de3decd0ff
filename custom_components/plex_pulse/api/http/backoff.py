"""Exponential backoff: delays that double up to a maximum."""

import math


def exponential_delay(first: float, doublings: int, maximum: float) -> float:
    """Return `first * 2**doublings` seconds, at most `maximum`, for any number of doublings."""
    try:
        return min(math.ldexp(first, doublings), maximum)
    except OverflowError:
        return maximum


class Backoff:
    """Delays for repeated attempts: `first`, twice as long each time, at most `maximum`.

    Without jitter: callers that need some multiply the delay by a random number.
    """

    def __init__(self, first: float, maximum: float) -> None:
        """Start with a delay of `first` seconds."""
        self._first = first
        self._maximum = maximum
        self._doublings = 0

    def next(self) -> float:
        """Return the delay before the next attempt, in seconds, and double the one after it."""
        delay = exponential_delay(self._first, self._doublings, self._maximum)
        self._doublings += 1
        return delay

    def reset(self) -> None:
        """Start again with the first delay."""
        self._doublings = 0
