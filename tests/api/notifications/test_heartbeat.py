"""A connection on which nothing comes: is somebody still there."""

import pytest

from tests.api.held_clock import HeldClock
from tests.simulator import PlexSimulator

from .conftest import Ear, hears, hears_again, passes

pytestmark = pytest.mark.usefixtures("listening")


async def test_a_silent_server_is_asked_after_15_seconds_and_given_up_after_30(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """Otherwise a pulled plug would look like a quiet evening."""
    await hears(simulator, ear)
    simulator.push.silence()
    clock.advance(14.9)
    await passes(clock, 0.1, waits=1)
    clock.advance(14.9)
    assert ear.connections == [True]
    clock.advance(0.1)
    await ear.until(lambda: ear.connections == [True, False])
    await simulator.push.disconnection()
    await hears_again(simulator, ear, clock)
    assert not ear.refusals


async def test_a_server_that_answers_is_kept_however_little_it_has_to_say(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """Each silence of 15 seconds is a question and an answer."""
    await simulator.push.connection()
    await ear.until(lambda: ear.connections == [True])
    for _ in range(8):
        await passes(clock, 15, waits=2)
    assert ear.connections == [True]
    await hears(simulator, ear)
    assert len(simulator.requests) == 1


async def test_a_servers_own_pings_are_answered(simulator: PlexSimulator, ear: Ear) -> None:
    """It would hang up otherwise."""
    await simulator.push.connection()
    await simulator.push.heard()
    await hears(simulator, ear)


async def test_a_servers_own_pings_are_sign_enough_of_its_life(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """While they come it is not asked."""
    await hears(simulator, ear)
    for _ in range(5):
        clock.advance(14.9)
        # Of an own question there would be an answer too, and one more wait.
        seen = clock.time_limits
        await simulator.push.heard()
        assert clock.time_limits == seen + 1
    assert ear.connections == [True]


async def test_a_question_is_answered_by_any_word(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """The count of seconds begins anew with it."""
    await hears(simulator, ear)
    await passes(clock, 15, waits=2)
    clock.advance(14.9)
    await hears(simulator, ear, "2")
    clock.advance(14.9)
    await hears(simulator, ear, "3")
    assert ear.connections == [True]
