"""Another server behind an address: never shown as the one that was there before."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_OFF, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import CONNECTED, MOVIES, STREAMS
from tests.product import ROOT
from tests.simulator import PlexSimulator, PlexTvSimulator

from .conftest import TOKEN, Advance
from .flows import paths_with_token
from .moving import announce, issues
from .support import reading, set_up, state_of_entry

SHARED_TOKEN = "canary-shared-token"


async def _take_over(simulator: PlexSimulator, other_server: PlexSimulator) -> None:
    """Give the address of a server to its neighbour, where somebody watches something."""
    await simulator.stop()
    await other_server.stop()
    await other_server.start(port=simulator.port)
    other_server.sessions.start_preroll()
    other_server.clear_requests()


async def _give_back(simulator: PlexSimulator, other_server: PlexSimulator) -> None:
    """Give the address back."""
    await other_server.stop()
    await simulator.start()


async def test_after_an_outage_a_server_is_asked_first_who_it_is(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    assert not issues(hass)
    await _take_over(simulator, other_server)
    for _ in range(3):
        await advance(10)
        assert reading(hass, CONNECTED) == STATE_OFF
        assert reading(hass, STREAMS) == STATE_UNAVAILABLE
        assert reading(hass, MOVIES) == STATE_UNAVAILABLE
        assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)

    # Its going away again does not bring ours back.
    await other_server.stop()
    await advance(10)
    assert issues(hass) == {"wrong_server"}
    await simulator.start()
    await advance(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


@pytest.mark.usefixtures("all_entities_enabled")
async def test_no_poll_gives_a_token_to_whoever_took_the_place(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    # Every poll has failed by then, and the slow ones try again within minutes.
    for _ in range(6):
        await advance(600)
    await _take_over(simulator, other_server)
    for _ in range(120):
        await advance(10)
        assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)
    await _give_back(simulator, other_server)
    await advance(10)
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    await advance(30)
    assert reading(hass, "sensor.harbour_host_cpu") != STATE_UNAVAILABLE
    assert not issues(hass)


async def test_the_repair_names_the_server_and_how_to_help_it(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    issue_registry: ir.IssueRegistry,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    await _take_over(simulator, other_server)
    await advance(10)
    issue = issue_registry.async_get_issue(DOMAIN, f"wrong_server_{loaded_entry.entry_id}")
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    assert issue.is_fixable
    assert issue.translation_placeholders == {"server": "Harbour"}
    assert issue.learn_more_url is not None
    repository, _, page = issue.learn_more_url.partition("/blob/main/")
    assert repository == "https://github.com/plex-pulse/plex-pulse"
    assert "a different server responds" in (ROOT / page).read_text(encoding="utf-8")
    await _give_back(simulator, other_server)
    await advance(10)
    assert not issues(hass)


async def test_another_server_at_start_up_is_not_set_up_as_this_one(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _take_over(simulator, other_server)
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "wrong_server"
    assert issues(hass) == {"wrong_server"}
    assert not hass.states.async_all()

    await _give_back(simulator, other_server)
    await advance(6)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


async def test_what_one_poll_finds_out_between_two_looks_holds_for_all(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    # A minute is not over since the server said who it is, when its libraries are read.
    await advance(3580)
    await _take_over(simulator, other_server)
    await advance(20)
    for _ in range(2):
        assert reading(hass, CONNECTED) == STATE_OFF
        assert reading(hass, STREAMS) == STATE_UNAVAILABLE
        assert reading(hass, MOVIES) == STATE_UNAVAILABLE
        assert issues(hass) == {"wrong_server"}
        await advance(10)
    other_server.clear_requests()
    await advance(10)
    assert {request.path for request in other_server.requests} == {"/identity"}

    await _give_back(simulator, other_server)
    await advance(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


async def test_a_change_between_two_polls_is_seen_within_a_minute(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _take_over(simulator, other_server)
    await advance(60)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE
    assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(other_server)
    await _give_back(simulator, other_server)
    await advance(10)
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


async def test_for_a_shared_user_every_look_is_a_look_at_who_is_there(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    simulator.add_shared_token(SHARED_TOKEN, [1])
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: SHARED_TOKEN})
    await set_up(hass, entry)
    assert reading(hass, MOVIES) == "40"
    await _take_over(simulator, other_server)
    await advance(60)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert reading(hass, MOVIES) == STATE_UNAVAILABLE
    assert issues(hass) == {"wrong_server"}
    await _give_back(simulator, other_server)
    await advance(60)
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


@pytest.mark.parametrize("starts_over", [False, True])
async def test_a_token_that_another_server_refuses_is_still_good(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
    starts_over: bool,
) -> None:
    other_server.revoke(TOKEN)
    await _take_over(simulator, other_server)
    if starts_over:
        assert not await hass.config_entries.async_reload(loaded_entry.entry_id)
    await advance(3600)
    for _ in range(3):
        await advance(60)
    assert not hass.config_entries.flow.async_progress()
    assert issues(hass) == {"wrong_server"}
    await _give_back(simulator, other_server)
    await advance(15 * 60)
    await advance(10)
    assert state_of_entry(loaded_entry) is ConfigEntryState.LOADED
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


@pytest.mark.usefixtures("found_by_account")
async def test_a_server_whose_place_was_taken_is_found_where_it_went(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    server_at_new_port: PlexSimulator,
    plextv: PlexTvSimulator,
    advance: Advance,
) -> None:
    announce(plextv, loaded_entry, other_server, server_at_new_port)
    await simulator.stop()
    await advance(10)
    await _take_over(simulator, other_server)
    await advance(10)
    assert issues(hass) == {"wrong_server"}
    await advance(10)
    assert loaded_entry.data[CONF_URL] == server_at_new_port.url
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)
    assert not paths_with_token(other_server)


async def test_a_removed_entry_leaves_no_repair_behind(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await simulator.stop()
    await advance(10)
    await _take_over(simulator, other_server)
    await advance(10)
    assert issues(hass) == {"wrong_server"}
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    await advance(10)
    assert not issues(hass)


async def test_an_entry_that_is_disabled_takes_its_issue_along(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    await _take_over(simulator, other_server)
    await advance(61)
    assert issues(hass) == {"wrong_server"}
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE
    await hass.config_entries.async_set_disabled_by(loaded_entry.entry_id, ConfigEntryDisabler.USER)
    assert not issues(hass)
