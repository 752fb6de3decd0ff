"""No repair issue leaks secrets."""

import ssl
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, STATE_OFF
from homeassistant.core import HomeAssistant
import pytest

from custom_components.plex_pulse.const import CONF_RETRY, DOMAIN
from tests.clocks import HeldFreezerClock
from tests.entity_ids import PUSH
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, entry_state, settle, state_value, wait_until
from tests.integration.relocation_helpers import set_addresses
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.certificate import self_signed_context

from .assertions import NOTIFICATIONS_PATH, HealthyBaseline
from .dialogs import DialogUser
from .frontend_client import FrontendClient
from .leaky_faults import FAULTS
from .output_recorder import OutputRecorder

_FIX = "/api/repairs/issues/fix"
_SHORT_TIMEOUTS = {"attempt_timeout": 1, "total_timeout": 2, "max_retries": 1}

pytestmark = [pytest.mark.push, pytest.mark.usefixtures("found_by_account", "followed_user")]


@pytest.fixture(scope="session")
def untrusted_tls(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """Return an untrusted TLS context; it must be created before a test freezes the time."""
    return self_signed_context(tmp_path_factory.mktemp("untrusted"))


async def test_wrong_server_issue_leaks_no_secrets(
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    run_for: RunFor,
) -> None:
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)
    await run_for(30, step=2)
    await recorder.record_readable(leak_baseline.entry)
    assert recorder.issues == {"wrong_server"}
    await recorder.assert_nothing_leaked(leak_baseline.entry)


async def test_websocket_blocked_issue_leaks_no_secrets(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    clock: HeldFreezerClock,
) -> None:
    clock.random_value = 1.0
    simulator.faults.add(NOTIFICATIONS_PATH, FAULTS["HTML 400"], times=None)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(4000, step=100)
    await recorder.record_readable(leak_baseline.entry)
    assert recorder.issues == {"websocket_blocked"}
    await recorder.assert_nothing_leaked(leak_baseline.entry)


async def test_retry_policy_issue_and_its_fix_leak_no_secrets(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    frontend: FrontendClient,
) -> None:
    options = {**leak_baseline.entry.options, CONF_RETRY: _SHORT_TIMEOUTS}
    hass.config_entries.async_update_entry(leak_baseline.entry, options=options)
    await hass.config_entries.async_reload(leak_baseline.entry.entry_id)
    await run_for(5)
    simulator.faults.add("/status/sessions", Fault.hang(), times=None)
    simulator.sessions.start_live_tv("Tide tables")
    await deliver_push(hass, simulator)
    await run_for(75)
    await recorder.record_readable(leak_baseline.entry)
    assert recorder.issues == {"retry_policy"}

    issue = {"handler": DOMAIN, "issue_id": f"retry_policy_{leak_baseline.entry.entry_id}"}
    step: dict[str, Any] = await frontend.request_json("post", _FIX, issue)
    recorder.record(step)
    step = await frontend.request_json("post", f"{_FIX}/{step['flow_id']}")
    recorder.record(step)
    assert step["type"] == "create_entry"
    simulator.faults.clear()
    await frontend.wait_for(settle(hass))
    await recorder.assert_nothing_leaked(leak_baseline.entry)


async def test_secure_connections_issue_and_reconfigure_leak_no_secrets(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    dialog_user: DialogUser,
    untrusted_tls: ssl.SSLContext,
) -> None:
    entry = leak_baseline.entry
    await simulator.stop()
    await simulator.start(ssl_context=untrusted_tls)
    await run_for(50, step=2)
    await recorder.record_readable(entry)
    assert recorder.issues == {"secure_connections"}

    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_URL: simulator.url})
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.reason
    await dialog_user.reconfigure()
    assert dialog_user.form_errors == ["bad_certificate", "bad_certificate"]
    await recorder.record_readable(entry)
    await recorder.assert_nothing_leaked(entry)


async def test_server_moved_issue_shows_addresses_in_its_fix_alone(
    recorder: OutputRecorder,
    leak_baseline: HealthyBaseline,
    simulator: PlexSimulator,
    relocated_server: PlexSimulator,
    plextv: PlexTvSimulator,
    run_for: RunFor,
) -> None:
    """An administrator compares the addresses there; other users do not see them."""
    set_addresses(plextv, leak_baseline.entry, relocated_server)
    await simulator.stop()
    await run_for(40, step=2)
    await recorder.record_readable(leak_baseline.entry)
    assert recorder.issues == {"server_moved"}
    await recorder.assert_nothing_leaked(leak_baseline.entry)
