"""A refused websocket is polled instead, and raises an issue after an hour."""

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import CONNECTED, PUSH, STREAMS
from tests.simulator import Item, PlexSimulator

from .conftest import RunFor
from .helpers import state_value, use_shared_token_with_push, wait_until

READ = "/status/sessions"
NOTIFICATIONS = "/:/websockets/notifications"

pytestmark = [
    pytest.mark.push,
    pytest.mark.usefixtures("longest_reconnect_delay", "entry_with_push"),
]


@pytest.mark.parametrize("status", [401, 403, 404, 429, 502, 503])
async def test_refused_upgrade_causes_neither_reload_nor_reauth(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
    status: int,
) -> None:
    issue = (DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")
    runtime = entry_with_push.runtime_data
    await run_for(12)
    simulator.push.refuse(status)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(60)
    simulator.clear_requests()
    simulator.sessions.start(film)
    await run_for(60)
    assert state_value(hass, STREAMS) == "1"
    # A 429 delays all requests to the host; the others delay no poll.
    assert simulator.count(READ) in {6, 7} or status == 429
    assert simulator.count(NOTIFICATIONS) < 6
    assert entry_with_push.runtime_data is runtime
    assert not hass.config_entries.flow.async_progress()
    assert issue_registry.async_get_issue(*issue) is None

    simulator.push.accept()
    await run_for(320, step=5)
    assert state_value(hass, PUSH) == STATE_ON
    assert entry_with_push.runtime_data is runtime


async def test_an_hour_of_refused_upgrades_raises_an_issue_until_push_connects(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    issue = (DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")
    simulator.push.refuse(404)
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(3500, step=25)
    assert issue_registry.async_get_issue(*issue) is None
    # The next attempt follows within five minutes.
    await run_for(450, step=10)
    shown = issue_registry.async_get_issue(*issue)
    assert shown is not None
    assert shown.translation_placeholders == {"name": "Harbour", "server": "Harbour"}
    assert state_value(hass, CONNECTED) == STATE_ON
    simulator.push.accept()
    await run_for(310, step=10)
    assert state_value(hass, PUSH) == STATE_ON
    assert issue_registry.async_get_issue(*issue) is None


async def test_websocket_refused_to_a_shared_user_raises_no_issue(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    await use_shared_token_with_push(hass, entry_with_push, simulator)
    simulator.push.refuses_shared = True
    simulator.push.drop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(4200, step=25)
    assert not issue_registry.issues
    # A proxy that refuses all users is reported to this one, too.
    simulator.push.refuse(502)
    await run_for(4200, step=25)
    assert issue_registry.async_get_issue(DOMAIN, f"websocket_blocked_{entry_with_push.entry_id}")


async def test_outage_raises_no_websocket_issue(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    issue_registry: ir.IssueRegistry,
) -> None:
    await simulator.stop()
    await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
    await run_for(4200, step=25)
    assert not issue_registry.issues
