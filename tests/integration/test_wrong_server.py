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

from .conftest import TOKEN, Wait
from .flows import paths_with_token
from .moving import announce, issues
from .support import reading, set_up, state_of_entry

SHARED_TOKEN = "canary-shared-token"


async def _take_over(simulator: PlexSimulator, neighbour: PlexSimulator) -> None:
    """Give the address of a server to its neighbour, where somebody watches something."""
    await simulator.stop()
    await neighbour.stop()
    await neighbour.start(port=simulator.port)
    neighbour.sessions.start_preroll()
    neighbour.clear_requests()


async def _give_back(simulator: PlexSimulator, neighbour: PlexSimulator) -> None:
    """Give the address back."""
    await neighbour.stop()
    await simulator.start()


async def test_after_an_outage_a_server_is_asked_first_who_it_is(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await simulator.stop()
    await wait(10)
    assert not issues(hass)
    await _take_over(simulator, neighbour)
    for _ in range(3):
        await wait(10)
        assert reading(hass, CONNECTED) == STATE_OFF
        assert reading(hass, STREAMS) == STATE_UNAVAILABLE
        assert reading(hass, MOVIES) == STATE_UNAVAILABLE
        assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(neighbour)

    # Its going away again does not bring ours back.
    await neighbour.stop()
    await wait(10)
    assert issues(hass) == {"wrong_server"}
    await simulator.start()
    await wait(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


@pytest.mark.usefixtures("all_entities_enabled")
async def test_no_poll_gives_a_token_to_whoever_took_the_place(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await simulator.stop()
    # Every poll has failed by then, and the slow ones try again within minutes.
    for _ in range(6):
        await wait(600)
    await _take_over(simulator, neighbour)
    for _ in range(120):
        await wait(10)
        assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(neighbour)
    await _give_back(simulator, neighbour)
    await wait(10)
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    await wait(30)
    assert reading(hass, "sensor.harbour_host_cpu") != STATE_UNAVAILABLE
    assert not issues(hass)


async def test_the_repair_names_the_server_and_how_to_help_it(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    issue_registry: ir.IssueRegistry,
    wait: Wait,
) -> None:
    await simulator.stop()
    await wait(10)
    await _take_over(simulator, neighbour)
    await wait(10)
    issue = issue_registry.async_get_issue(DOMAIN, f"wrong_server_{loaded.entry_id}")
    assert issue is not None
    assert issue.severity is ir.IssueSeverity.ERROR
    assert not issue.is_fixable
    assert issue.translation_placeholders == {"server": "Harbour"}
    assert issue.learn_more_url is not None
    repository, _, page = issue.learn_more_url.partition("/blob/main/")
    assert repository == "https://github.com/plex-pulse/plex-pulse"
    assert "a different server responds" in (ROOT / page).read_text(encoding="utf-8")
    await _give_back(simulator, neighbour)
    await wait(10)
    assert not issues(hass)


async def test_another_server_at_start_up_is_not_set_up_as_this_one(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await _take_over(simulator, neighbour)
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "wrong_server"
    assert issues(hass) == {"wrong_server"}
    assert not hass.states.async_all()

    await _give_back(simulator, neighbour)
    await wait(6)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


async def test_what_one_poll_finds_out_between_two_looks_holds_for_all(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    # A minute is not over since the server said who it is, when its libraries are read.
    await wait(3580)
    await _take_over(simulator, neighbour)
    await wait(20)
    for _ in range(2):
        assert reading(hass, CONNECTED) == STATE_OFF
        assert reading(hass, STREAMS) == STATE_UNAVAILABLE
        assert reading(hass, MOVIES) == STATE_UNAVAILABLE
        assert issues(hass) == {"wrong_server"}
        await wait(10)
    neighbour.clear_requests()
    await wait(10)
    assert {request.path for request in neighbour.requests} == {"/identity"}

    await _give_back(simulator, neighbour)
    await wait(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


async def test_a_change_between_two_polls_is_seen_within_a_minute(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await _take_over(simulator, neighbour)
    await wait(60)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE
    assert issues(hass) == {"wrong_server"}
    assert not paths_with_token(neighbour)
    await _give_back(simulator, neighbour)
    await wait(10)
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


async def test_for_a_shared_user_every_look_is_a_look_at_who_is_there(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    simulator.add_shared_token(SHARED_TOKEN, [1])
    hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: SHARED_TOKEN})
    await set_up(hass, entry)
    assert reading(hass, MOVIES) == "40"
    await _take_over(simulator, neighbour)
    await wait(60)
    assert reading(hass, CONNECTED) == STATE_OFF
    assert reading(hass, MOVIES) == STATE_UNAVAILABLE
    assert issues(hass) == {"wrong_server"}
    await _give_back(simulator, neighbour)
    await wait(60)
    assert reading(hass, MOVIES) == "40"
    assert not issues(hass)


@pytest.mark.parametrize("starts_over", [False, True])
async def test_a_token_that_another_server_refuses_is_still_good(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
    starts_over: bool,
) -> None:
    neighbour.revoke(TOKEN)
    await _take_over(simulator, neighbour)
    if starts_over:
        assert not await hass.config_entries.async_reload(loaded.entry_id)
    await wait(3600)
    for _ in range(3):
        await wait(60)
    assert not hass.config_entries.flow.async_progress()
    assert issues(hass) == {"wrong_server"}
    await _give_back(simulator, neighbour)
    await wait(15 * 60)
    await wait(10)
    assert state_of_entry(loaded) is ConfigEntryState.LOADED
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)


@pytest.mark.usefixtures("found_by_account")
async def test_a_server_whose_place_was_taken_is_found_where_it_went(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    elsewhere: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
) -> None:
    announce(plextv, loaded, neighbour, elsewhere)
    await simulator.stop()
    await wait(10)
    await _take_over(simulator, neighbour)
    await wait(10)
    assert issues(hass) == {"wrong_server"}
    await wait(10)
    assert loaded.data[CONF_URL] == elsewhere.url
    assert reading(hass, STREAMS) == "0"
    assert not issues(hass)
    assert not paths_with_token(neighbour)


async def test_a_removed_entry_leaves_no_repair_behind(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await simulator.stop()
    await wait(10)
    await _take_over(simulator, neighbour)
    await wait(10)
    assert issues(hass) == {"wrong_server"}
    await hass.config_entries.async_remove(loaded.entry_id)
    await wait(10)
    assert not issues(hass)


async def test_an_entry_that_is_disabled_takes_its_issue_along(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    wait: Wait,
) -> None:
    await _take_over(simulator, neighbour)
    await wait(61)
    assert issues(hass) == {"wrong_server"}
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE
    await hass.config_entries.async_set_disabled_by(loaded.entry_id, ConfigEntryDisabler.USER)
    assert not issues(hass)
