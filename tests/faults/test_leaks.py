"""No fault leaks secrets or user names while an entry is loaded."""

from homeassistant.const import STATE_OFF
from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import PUSH
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, state_of, state_value, wait_until
from tests.integration.relocation_helpers import set_addresses
from tests.secrets import FOLLOWED_NAME, FOLLOWED_SENSOR
from tests.simulator import Item, PlexSimulator, PlexTvSimulator

from .assertions import HealthyBaseline, stream_titles
from .frontend_client import FrontendClient
from .leaky_faults import DETAILS, ESSENTIALS, WORDS, FaultScenario
from .output_recorder import OutputRecorder
from .user_journey import UserJourney

pytestmark = pytest.mark.push


@pytest.mark.usefixtures("found_by_account", "followed_user", "update_available")
async def test_no_fault_leaks_secrets_or_user_names(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    run_for: RunFor,
    frontend: FrontendClient,
    user_journey: UserJourney,
    fault_scenario: FaultScenario,
) -> None:
    set_addresses(plextv, leak_baseline.entry, simulator)
    fault_scenario.start_at_plex_tv()
    _, second = simulator.sessions.current()

    # First, only optional endpoints fail while the user calls everything.
    fault_scenario.start(*DETAILS, times=fault_scenario.times)
    third = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await user_journey.call_everything(third.session_key)
    fault_scenario.stop()
    await frontend.advance(100)
    await run_for(60)

    simulator.push.send(WORDS)
    await deliver_push(hass, simulator)
    fault_scenario.start(*DETAILS, *ESSENTIALS, times=fault_scenario.times)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(30, step=2)
    await user_journey.call_everything(second.session_key)
    await run_for(40, step=2)
    await recorder.record_readable(leak_baseline.entry)
    assert user_journey.failed

    fault_scenario.stop()
    for session in (second, third):
        simulator.sessions.stop(session)
    await run_for(400, step=10)
    assert stream_titles(hass) == [film.title]
    assert state_of(hass, FOLLOWED_SENSOR).attributes["user"] == FOLLOWED_NAME
    await user_journey.query_everything()
    user_journey.assert_everything_called()
    await recorder.record_readable(leak_baseline.entry)
    await recorder.assert_nothing_leaked(leak_baseline.entry)
    leak_baseline.assert_recovered()
