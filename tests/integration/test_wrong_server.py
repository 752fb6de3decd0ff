"""Another server at the address: its data is never shown and it never gets the token."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import CONF_URL, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import CONNECTED, MOVIES, STREAMS
from tests.product import ROOT
from tests.simulator import PlexSimulator, PlexTvSimulator

from .config_flow_helpers import paths_with_token
from .conftest import TOKEN, Advance
from .helpers import entry_state, set_up, state_value, use_shared_token
from .relocation_helpers import issue_keys, set_addresses


async def _replace_server(simulator: PlexSimulator, other_server: PlexSimulator) -> None:
    """Stop the server and start another one, with a stream, at the same address."""
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)
    other_server.sessions.start_preroll()
    other_server.clear_requests()


async def _restore_server(simulator: PlexSimulator, other_server: PlexSimulator) -> None:
    """Stop the other server and start the first one again."""
    await other_server.stop()
    await simulator.start()


async def test_identity_is_verified_before_the_token_is_sent_after_an_outage(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    assert not issue_keys(hass)
    await _replace_server(simulator, other_server)
    for _ in range(3):
        await advance(10)
        assert state_value(hass, CONNECTED) == STATE_OFF
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
        assert issue_keys(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)

    # An outage of the other server does not clear the issue.
    await other_server.stop()
    await advance(10)
    assert issue_keys(hass) == {"wrong_server"}
    await simulator.start()
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, MOVIES) == "40"
    assert not issue_keys(hass)


@pytest.mark.usefixtures("all_entities_enabled")
async def test_no_poll_sends_the_token_to_another_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    # By then every poll has failed, so the slow ones are retried within minutes.
    for _ in range(6):
        await advance(600)
    await _replace_server(simulator, other_server)
    for _ in range(120):
        await advance(10)
        assert issue_keys(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)
    await _restore_server(simulator, other_server)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, MOVIES) == "40"
    await advance(30)
    assert state_value(hass, "sensor.harbour_host_cpu") != STATE_UNAVAILABLE
    assert not issue_keys(hass)


async def test_the_repair_issue_names_the_server_and_links_the_documentation(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    issue_registry: ir.IssueRegistry,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    await _replace_server(simulator, other_server)
    await advance(10)
    issue = issue_registry.async_get_issue(DOMAIN, f"wrong_server_{loaded_entry.entry_id}")
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.is_fixable
    assert issue.translation_placeholders == {"name": "Harbour", "server": "Harbour"}
    assert issue.learn_more_url is not None
    repository, _, page = issue.learn_more_url.partition("/blob/main/")
    assert repository == "https://github.com/plex-pulse/plex-pulse"
    assert "a different server responds" in (ROOT / page).read_text(encoding="utf-8")
    await _restore_server(simulator, other_server)
    await advance(10)
    assert not issue_keys(hass)


async def test_another_server_at_setup_is_not_set_up(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _replace_server(simulator, other_server)
    await set_up(hass, entry)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "wrong_server"
    assert issue_keys(hass) == {"wrong_server"}
    assert not hass.states.async_all()

    await _restore_server(simulator, other_server)
    await advance(6)
    assert entry_state(entry) is ConfigEntryState.LOADED
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_a_wrong_server_found_by_one_poll_applies_to_all(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    # The identity was verified less than a minute before the libraries are read.
    await advance(3580)
    await _replace_server(simulator, other_server)
    await advance(20)
    for _ in range(2):
        assert state_value(hass, CONNECTED) == STATE_OFF
        assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
        assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
        assert issue_keys(hass) == {"wrong_server"}
        await advance(10)
    other_server.clear_requests()
    await advance(10)
    assert {request.path for request in other_server.requests} == {"/identity"}

    await _restore_server(simulator, other_server)
    await advance(10)
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, MOVIES) == "40"
    assert not issue_keys(hass)


async def test_a_wrong_server_is_detected_within_a_minute(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _replace_server(simulator, other_server)
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert issue_keys(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)
    await _restore_server(simulator, other_server)
    await advance(10)
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


async def test_every_poll_of_a_shared_user_verifies_the_identity(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    use_shared_token(hass, entry, simulator)
    await set_up(hass, entry)
    assert state_value(hass, MOVIES) == "40"
    await _replace_server(simulator, other_server)
    await advance(60)
    assert state_value(hass, CONNECTED) == STATE_OFF
    assert state_value(hass, MOVIES) == STATE_UNAVAILABLE
    assert issue_keys(hass) == {"wrong_server"}
    await _restore_server(simulator, other_server)
    await advance(60)
    assert state_value(hass, MOVIES) == "40"
    assert not issue_keys(hass)


@pytest.mark.parametrize("reloads", [False, True])
async def test_a_401_from_another_server_does_not_invalidate_the_token(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
    reloads: bool,
) -> None:
    other_server.revoke(TOKEN)
    await _replace_server(simulator, other_server)
    if reloads:
        assert not await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(3600)
    for _ in range(3):
        await advance(60)
    assert not hass.config_entries.flow.async_progress()
    assert issue_keys(hass) == {"wrong_server"}
    await _restore_server(simulator, other_server)
    await advance(15 * 60)
    await advance(10)
    assert entry_state(loaded_entry) is ConfigEntryState.LOADED
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)


@pytest.mark.usefixtures("trusted_authority", "found_by_account")
async def test_a_moved_server_is_found_while_another_uses_its_address(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    set_addresses(plextv, loaded_entry, other_server, server_at_new_port)
    await simulator.stop()
    await advance(10)
    await _replace_server(simulator, other_server)
    await advance(10)
    assert issue_keys(hass) == {"wrong_server"}
    await advance(10)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert state_value(hass, STREAMS) == "0"
    assert not issue_keys(hass)
    assert not paths_with_token(other_server)


async def test_removing_an_entry_deletes_its_issue(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    await _replace_server(simulator, other_server)
    await advance(10)
    assert issue_keys(hass) == {"wrong_server"}
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    await advance(10)
    assert not issue_keys(hass)


async def test_disabling_an_entry_deletes_its_issue(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _replace_server(simulator, other_server)
    await advance(61)
    assert issue_keys(hass) == {"wrong_server"}
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    await hass.config_entries.async_set_disabled_by(loaded_entry.entry_id, ConfigEntryDisabler.USER)
    assert not issue_keys(hass)
