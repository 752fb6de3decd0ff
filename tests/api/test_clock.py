"""The real clock, which all other tests replace."""

import asyncio

import pytest

from custom_components.plex_pulse.api import Clock

# 2026-01-01 and 2100-01-01: Unix seconds, where a monotonic clock counts from the start.
_THIS_CENTURY = range(1_767_225_600, 4_102_444_800)


async def test_real_clock_returns_monotonic_time_unix_time_and_random_numbers() -> None:
    clock = Clock()
    before = clock.monotonic()
    await clock.sleep(0)
    assert clock.monotonic() >= before
    assert int(clock.time()) in _THIS_CENTURY
    assert 0 <= clock.random() < 1


async def test_real_clock_timeout_of_zero_ends_the_block_at_once() -> None:
    with pytest.raises(TimeoutError):
        async with Clock().timeout(0):
            await asyncio.Event().wait()
