"""Every way a connection ends, and the next one that follows."""

from collections.abc import Callable

from aiohttp import WSCloseCode
import pytest

from custom_components.plex_pulse.api import PlexErrorKind
from tests.clocks import HeldClock
from tests.simulator import PlexSimulator
from tests.simulator.websocket import Push

from .conftest import RecordingListener, assert_receives, assert_reconnects, collect_delays

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
    ids=["1000", "1001", "1011", "4000", "reset", "without a farewell"],
)
async def test_a_connection_that_ended_is_followed_by_another(
    simulator: PlexSimulator,
    listener: RecordingListener,
    clock: HeldClock,
    end: Callable[[Push], None],
) -> None:
    """The end is told once, and is no refusal."""
    await assert_receives(simulator, listener)
    end(simulator.push)
    await assert_reconnects(simulator, listener, clock)
    assert listener.connections == [True, False, True]
    assert not listener.failures
    assert len(simulator.requests) == 2


async def test_what_was_sent_before_the_end_is_heard(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """To the last word."""
    await simulator.push.connection()
    simulator.push.flood(100)
    simulator.push.close()
    await listener.until(lambda: listener.connections == [True, False])
    assert len(listener.notifications) == 100


async def test_a_server_that_is_gone_is_found_again_when_it_is_back(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """However long that takes."""
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
