"""A server that restarts while push is connected, after a 429."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Live
from .support import heard, reading, until

READ = "/status/sessions"


async def test_restart_after_a_429_is_handled_as_soon_as_any(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, live: Live
) -> None:
    simulator.faults.add(READ, Fault.status(429, {"Retry-After": "5"}))
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    simulator.sessions.start(film)
    await heard(hass, simulator)
    await live(10)
    await simulator.stop()
    await until(lambda: not pushed.runtime_data.health.data.push)
    await live(12)
    assert reading(hass, CONNECTED) == STATE_OFF
    await simulator.start()
    await live(30)
    assert reading(hass, CONNECTED) == STATE_ON


async def test_streams_are_verified_once_push_connects_while_polls_are_still_stretched(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    await live(12)
    simulator.sessions.start(film)
    await heard(hass, simulator)
    simulator.faults.add("*", Fault.status(429, {"Retry-After": "2"}), times=None)
    simulator.push.drop()
    await until(lambda: reading(hass, PUSH) == STATE_OFF)
    await live(120, step=2)
    assert reading(hass, PUSH) == STATE_OFF

    simulator.faults.clear()
    for _ in range(60):
        await live(5, step=1)
        if reading(hass, PUSH) == STATE_ON:
            break
    # The simulator sends no reports of the stream, so reads must verify it.
    for _ in range(30):
        await live(10)
        assert reading(hass, STREAMS) == "1"
