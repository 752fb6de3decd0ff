"""No fault leaks secrets while an entry cannot be set up and the user opens the dialogs."""

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from tests.fixtures.home_assistant import TOKEN, RunFor
from tests.integration.helpers import entry_state, settle, state_of
from tests.integration.relocation_helpers import set_addresses
from tests.secrets import FOLLOWED_NAME, FOLLOWED_SENSOR
from tests.simulator import PlexSimulator, PlexTvSimulator

from .assertions import HealthyBaseline, assert_healthy
from .dialogs import DialogUser
from .frontend_client import FrontendClient
from .leaky_faults import DETAILS, ESSENTIALS, FaultScenario
from .output_recorder import OutputRecorder

pytestmark = pytest.mark.push

_NOT_SET_UP = {ConfigEntryState.SETUP_RETRY, ConfigEntryState.SETUP_ERROR}


@pytest.mark.usefixtures("found_by_account", "followed_user")
async def test_no_fault_during_setup_and_dialogs_leaks_secrets(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    run_for: RunFor,
    frontend: FrontendClient,
    dialog_user: DialogUser,
    fault_scenario: FaultScenario,
) -> None:
    entry = leak_baseline.entry
    set_addresses(plextv, entry, simulator)
    fault_scenario.start(*DETAILS, *ESSENTIALS)
    fault_scenario.start_at_plex_tv()
    await frontend.wait_for(hass.config_entries.async_reload(entry.entry_id))
    assert entry_state(entry) in _NOT_SET_UP
    assert entry.reason
    await recorder.record_readable(entry)
    await dialog_user.set_up()
    await dialog_user.reconfigure()
    await dialog_user.sign_in_again()
    await dialog_user.sign_in_at_plex(fault_scenario)
    await dialog_user.set_options(base_delay=60, max_delay=1)
    assert len(dialog_user.form_errors) > 5
    await recorder.record_readable(entry)

    fault_scenario.stop()
    await dialog_user.sign_in_again(TOKEN)
    await frontend.wait_for(settle(hass))
    await run_for(2)
    assert_healthy(hass, entry)
    assert state_of(hass, FOLLOWED_SENSOR).attributes["user"] == FOLLOWED_NAME
    await dialog_user.set_options()
    await recorder.record_readable(entry)
    await recorder.assert_nothing_leaked(entry)
