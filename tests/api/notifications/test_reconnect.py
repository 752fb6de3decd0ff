"""Reconnecting after every way in which a connection can end."""

from collections.abc import Callable

from aiohttp import WSCloseCode
import pytest

from custom_components.plex_pulse.api import PlexErrorKind
from tests.clocks import HeldClock
from tests.simulator import PlexSimulator
from tests.simulator.websocket import Push

from .helpers import RecordingListener, assert_receives, assert_reconnects, collect_delays

pytestmark = pytest.mark.usefixtures("listening")


@pytest.mark.parametrize(
    "end",
    [
        lambda push: push.close(WSCloseCode.OK),
        lambda push: push.close(WSCloseCode.GOING_AWAY),
        lambda push: push.close(WSCloseCode.INTERNAL_ERROR),
        lambda push: push.close(4000),
        lambda push: push.drop(),
        lambda push: push.hang_up(),
    ],
    ids=["1000", "1001", "1011", "4000", "reset", "no close frame"],
)
async def test_reconnects_after_each_way_a_connection_ends(
    simulator: PlexSimulator,
    listener: RecordingListener,
    clock: HeldClock,
    end: Callable[[Push], None],
) -> None:
    """The end is reported once and is not a failure."""
    await assert_receives(simulator, listener)
    end(simulator.push)
    await assert_reconnects(simulator, listener, clock)
    assert listener.connections == [True, False, True]
    assert not listener.failures
    assert len(simulator.requests) == 2


async def test_notifications_sent_before_the_close_are_received(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    await simulator.push.connection()
    simulator.push.flood(100)
    simulator.push.close()
    await listener.until(lambda: listener.connections == [True, False])
    assert len(listener.notifications) == 100


async def test_reconnects_after_a_long_outage(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    await assert_receives(simulator, listener)
    await simulator.stop()
    await collect_delays(clock, 12)
    await listener.until(lambda: len(listener.failures) == 12)
    assert {failure.kind for failure in listener.failures} == {PlexErrorKind.NETWORK}
    assert all(str(simulator.port) not in str(failure) for failure in listener.failures)
    assert listener.connections == [True, False]
    await simulator.start()
    await assert_reconnects(simulator, listener, clock)
    assert listener.connections == [True, False, True]
