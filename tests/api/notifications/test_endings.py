"""Every way a connection ends, and the next one that follows."""

from collections.abc import Callable

from aiohttp import WSCloseCode
import pytest

from custom_components.plex_pulse.api import PlexErrorKind
from tests.api.held_clock import HeldClock
from tests.simulator import PlexSimulator
from tests.simulator.websocket import Push

from .conftest import Ear, hears, hears_again, pauses

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
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, end: Callable[[Push], None]
) -> None:
    """The end is told once, and is no refusal."""
    await hears(simulator, ear)
    end(simulator.push)
    await hears_again(simulator, ear, clock)
    assert ear.connections == [True, False, True]
    assert not ear.refusals
    assert len(simulator.requests) == 2


async def test_what_was_sent_before_the_end_is_heard(simulator: PlexSimulator, ear: Ear) -> None:
    """To the last word."""
    await simulator.push.connection()
    simulator.push.flood(100)
    simulator.push.close()
    await ear.until(lambda: ear.connections == [True, False])
    assert len(ear.notifications) == 100


async def test_a_server_that_is_gone_is_found_again_when_it_is_back(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """However long that takes."""
    await hears(simulator, ear)
    await simulator.stop()
    await pauses(clock, 12)
    await ear.until(lambda: len(ear.refusals) == 12)
    assert {failure.kind for failure in ear.refusals} == {PlexErrorKind.NETWORK}
    assert all(str(simulator.port) not in str(failure) for failure in ear.refusals)
    assert ear.connections == [True, False]
    await simulator.start()
    await hears_again(simulator, ear, clock)
    assert ear.connections == [True, False, True]
