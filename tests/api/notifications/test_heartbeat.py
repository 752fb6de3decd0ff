"""A connection on which nothing comes: is somebody still there."""

import pytest

from tests.clocks import HeldClock
from tests.simulator import PlexSimulator

from .conftest import RecordingListener, advance, assert_receives, assert_reconnects

pytestmark = pytest.mark.usefixtures("listening")


async def test_a_silent_server_is_asked_after_15_seconds_and_given_up_after_30(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """Otherwise a pulled plug would look like a quiet evening."""
    await assert_receives(simulator, listener)
    simulator.push.silence()
    clock.advance(14.9)
    await advance(clock, 0.1, waits=1)
    clock.advance(14.9)
    assert listener.connections == [True]
    clock.advance(0.1)
    await listener.until(lambda: listener.connections == [True, False])
    await simulator.push.disconnection()
    await assert_reconnects(simulator, listener, clock)
    assert not listener.failures


async def test_a_server_that_answers_is_kept_however_little_it_has_to_say(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """Each silence of 15 seconds is a question and an answer."""
    await simulator.push.connection()
    await listener.until(lambda: listener.connections == [True])
    for _ in range(8):
        await advance(clock, 15, waits=2)
    assert listener.connections == [True]
    await assert_receives(simulator, listener)
    assert len(simulator.requests) == 1


async def test_a_servers_own_pings_are_answered(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """It would hang up otherwise."""
    await simulator.push.connection()
    await simulator.push.heard()
    await assert_receives(simulator, listener)


async def test_a_servers_own_pings_are_sign_enough_of_its_life(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """While they come it is not asked."""
    await assert_receives(simulator, listener)
    for _ in range(5):
        clock.advance(14.9)
        # Of an own question there would be an answer too, and one more wait.
        seen = clock.timeouts_started
        await simulator.push.heard()
        assert clock.timeouts_started == seen + 1
    assert listener.connections == [True]


async def test_a_question_is_answered_by_any_word(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """The count of seconds begins anew with it."""
    await assert_receives(simulator, listener)
    await advance(clock, 15, waits=2)
    clock.advance(14.9)
    await assert_receives(simulator, listener, "2")
    clock.advance(14.9)
    await assert_receives(simulator, listener, "3")
    assert listener.connections == [True]
