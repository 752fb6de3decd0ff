"""Delays that double up to a maximum."""

import pytest

from custom_components.plex_pulse.api import Backoff


def test_delays_double_up_to_the_maximum() -> None:
    backoff = Backoff(2, 15)
    assert [backoff.next() for _ in range(5)] == [2, 4, 8, 15, 15]


def test_a_reset_starts_again_with_the_first_delay() -> None:
    backoff = Backoff(0.5, 60)
    assert [backoff.next(), backoff.next()] == [0.5, 1]
    backoff.reset()
    assert [backoff.next(), backoff.next()] == [0.5, 1]


def test_two_backoffs_share_nothing() -> None:
    one, other = Backoff(1, 60), Backoff(1, 60)
    one.next()
    one.next()
    assert other.next() == 1


def test_a_backoff_that_never_succeeds_stays_at_its_maximum() -> None:
    backoff = Backoff(1, 300)
    delays = [backoff.next() for _ in range(5_000)]
    assert delays[-1] == max(delays) == 300


@pytest.mark.parametrize(("first", "expected"), [(600, [300, 300]), (0, [0, 0])])
def test_the_maximum_limits_the_first_delay_too(first: float, expected: list[float]) -> None:
    backoff = Backoff(first, 300)
    assert [backoff.next(), backoff.next()] == expected
