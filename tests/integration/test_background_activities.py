"""Background activities of the server, from push notifications and reads."""

from homeassistant.const import STATE_ON, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import MOVIES_SCANNING
from tests.simulator import Fault, PlexSimulator
from tests.simulator.activities import Activity, Scan

from .conftest import RunFor
from .helpers import deliver_push, settle, state_of, state_value, wait_until

ACTIVITIES = "sensor.harbour_background_activities"

pytestmark = pytest.mark.push


@pytest.mark.usefixtures("push_ready")
async def test_background_activities_are_counted_and_listed(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    credit = Activity(simulator.state, "media.generate.credits", "Detecting credits")
    await wait_until(lambda: state_value(hass, ACTIVITIES) == "1")
    credit.report(30, "The Ninth Wave")
    epg = Activity(simulator.state, "provider.epg.load", "Loading the guide")
    epg.report(-1)
    await deliver_push(hass, simulator)
    await wait_until(lambda: state_value(hass, ACTIVITIES) == "2")
    clock.advance(30)
    await wait_until(lambda: "30" in str(state_of(hass, ACTIVITIES).attributes["activities"]))
    assert state_of(hass, ACTIVITIES).attributes["activities"] == [
        {
            "type": "media.generate.credits",
            "title": "Detecting credits",
            "subtitle": "The Ninth Wave",
            "progress": 30,
        },
        {
            "type": "provider.epg.load",
            "title": "Loading the guide",
            "subtitle": None,
            "progress": None,
        },
    ]
    credit.end()
    epg.end()
    await wait_until(lambda: state_value(hass, ACTIVITIES) == "0")
    assert not simulator.requests


@pytest.mark.usefixtures("push_ready")
async def test_background_activities_are_unknown_without_push(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    Activity(simulator.state, "media.generate.credits", "Detecting credits")
    await wait_until(lambda: state_value(hass, ACTIVITIES) == "1")
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, ACTIVITIES) == STATE_UNKNOWN)
    assert state_of(hass, ACTIVITIES).attributes["activities"] == []


@pytest.mark.usefixtures("push_ready")
async def test_progress_of_many_frames_is_written_every_30_seconds(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
    writes: list[str],
) -> None:
    simulator.push.flood(1000)
    await deliver_push(hass, simulator)
    assert writes.count(ACTIVITIES) == 1
    clock.advance(30)
    await wait_until(lambda: "99" in str(state_of(hass, ACTIVITIES).attributes["activities"]))
    assert writes.count(ACTIVITIES) == 2


@pytest.mark.usefixtures("push_ready")
async def test_writes_of_many_short_activities_are_throttled(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
    writes: list[str],
) -> None:
    running: Activity | None = None
    for number in range(40):
        activity = Activity(simulator.state, "media.generate.bif", f"Analyzing item {number}")
        if running is not None:
            running.end()
        running = activity
        await deliver_push(hass, simulator)
        clock.advance(2)
        await settle(hass)
    assert running is not None
    running.end()
    await deliver_push(hass, simulator)
    clock.advance(30)
    await wait_until(lambda: state_value(hass, ACTIVITIES) == "0")
    # In 80 s there are 80 starts and ends: the first at once, the others every 30 s.
    assert 6 <= writes.count(ACTIVITIES) <= 10


@pytest.mark.usefixtures("push_ready")
@pytest.mark.parametrize("ends_meanwhile", [False, True])
async def test_running_activities_are_read_after_a_reconnect(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    run_for: RunFor,
    ends_meanwhile: bool,
) -> None:
    """The recording and the scan start while push is not connected."""
    simulator.push.drop()
    await simulator.push.disconnection()
    recording = Activity(simulator.state, "grabber.grab", "Recording")
    Scan(simulator.state, simulator.library.section_titled("Movies"))
    if ends_meanwhile:
        recording.end()
    await run_for(5)
    assert state_value(hass, ACTIVITIES) == ("0" if ends_meanwhile else "1")
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    assert simulator.count("/activities") == 1


@pytest.mark.usefixtures("push_ready")
@pytest.mark.parametrize("status", [401, 404, 500])
async def test_a_failed_read_of_activities_affects_nothing_else(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    status: int,
) -> None:
    simulator.faults.add("/activities", Fault.status(status), times=None)
    simulator.push.drop()
    await simulator.push.disconnection()
    await run_for(5)
    assert state_value(hass, ACTIVITIES) == "0"
    assert state_value(hass, "binary_sensor.harbour_connected") == STATE_ON
    assert state_value(hass, "sensor.harbour_api_status") == "ok"
    assert simulator.count("/activities") <= 4
    assert not list(entry_with_push.async_get_active_flows(hass, {"reauth"}))
    await run_for(60, step=20)
    assert simulator.count("/activities") <= 4
