"""A server that restarts while push is connected, after a 429."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED
from tests.simulator import Fault, PlexSimulator
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
