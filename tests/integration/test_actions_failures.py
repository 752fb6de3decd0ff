"""Errors that actions raise when the server fails, and the recovery afterwards."""

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .actions import call_action, get_response
from .conftest import Advance
from .helpers import set_up, state_value, use_shared_token

DECK = "/library/onDeck"


@pytest.fixture
async def shared(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> MockConfigEntry:
    """Return the entry of the server, set up with the token of a shared user."""
    use_shared_token(hass, entry, simulator)
    await set_up(hass, entry)
    return entry


@pytest.mark.usefixtures("loaded_entry")
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.status(500), "returned an error: 500 Internal Server Error"),
        (Fault.status(400), "rejected a request: 400 Bad Request"),
        (Fault.status(401), "does not allow this with the current token: 401 Unauthorized"),
        (Fault.html(), "did not come from a Plex Media Server"),
        (Fault.reset(), "The connection to the Plex Media Server was lost"),
    ],
)
async def test_a_failure_raises_an_error_with_the_servers_message(
    hass: HomeAssistant, simulator: PlexSimulator, fault: Fault, message: str
) -> None:
    simulator.faults.add(DECK, fault, times=None)
    with pytest.raises(HomeAssistantError, match=message) as raised:
        await get_response(hass, "get_on_deck")
    assert not isinstance(raised.value, ServiceValidationError)
    assert "canary" not in str(raised.value)
    assert "127.0.0.1" not in str(raised.value)
    simulator.faults.clear()
    assert (await get_response(hass, "get_on_deck"))["items"]


@pytest.mark.usefixtures("loaded_entry")
async def test_a_429_blocks_all_actions_and_the_error_has_the_remaining_seconds(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add(DECK, Fault.status(429, headers={"Retry-After": "90"}))
    with pytest.raises(HomeAssistantError, match="Try again in 90 seconds"):
        await get_response(hass, "get_on_deck")
    await advance(40)
    for action in ("get_on_deck", "get_recently_added"):
        with pytest.raises(HomeAssistantError, match="Try again in 50 seconds"):
            await get_response(hass, action)
    assert simulator.count("/library/recentlyAdded") == 0
    await advance(50)
    assert (await get_response(hass, "get_on_deck"))["items"]


@pytest.mark.usefixtures("loaded_entry")
async def test_an_error_says_that_the_server_is_starting(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.starting(True)
    await advance(10)
    for action in ("get_streams", "get_on_deck"):
        with pytest.raises(HomeAssistantError, match="is starting"):
            await get_response(hass, action)
    simulator.starting(False)
    assert await get_response(hass, "get_streams") == {"streams": []}


@pytest.mark.usefixtures("loaded_entry")
async def test_get_streams_reconnects_to_a_server_that_is_reachable_again(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("*", Fault.disconnect(), times=None)
    await advance(10)
    assert state_value(hass, "binary_sensor.harbour_connected") == "off"
    with pytest.raises(
        HomeAssistantError, match="The connection to the Plex Media Server was lost"
    ):
        await get_response(hass, "get_streams")
    simulator.faults.clear()
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    assert len((await get_response(hass, "get_streams"))["streams"]) == 1
    assert state_value(hass, "binary_sensor.harbour_connected") == "on"


@pytest.mark.usefixtures("loaded_entry")
async def test_get_streams_raises_while_the_sessions_cannot_be_read(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    await advance(10)
    with pytest.raises(HomeAssistantError, match="returned an error"):
        await get_response(hass, "get_streams")
    simulator.faults.clear()
    assert await get_response(hass, "get_streams") == {"streams": []}


@pytest.mark.usefixtures("loaded_entry")
async def test_another_server_at_the_address_gets_no_commands(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    machine_identifier = simulator.state.machine_identifier
    simulator.state.machine_identifier = "another"
    simulator.faults.add("/status/sessions", Fault.disconnect(), times=None)
    await advance(10)
    simulator.faults.clear()
    await advance(10)
    with pytest.raises(HomeAssistantError, match="A different Plex Media Server"):
        await call_action(hass, "scan_library")
    assert simulator.count("/library/sections/all/refresh") == 0
    simulator.state.machine_identifier = machine_identifier
    await call_action(hass, "scan_library")
    assert simulator.count("/library/sections/all/refresh") == 1


async def test_a_shared_user_can_use_only_actions_that_need_no_owner(
    hass: HomeAssistant, shared: MockConfigEntry, simulator: PlexSimulator
) -> None:
    items = (await get_response(hass, "get_recently_added", limit=100))["items"]
    assert {item["library"] for item in items} == {"Movies"}
    assert {entry["user"] for entry in (await get_response(hass, "get_history"))["history"]} == {
        None
    }
    with pytest.raises(HomeAssistantError, match="requires the token of the server's owner"):
        await get_response(hass, "get_streams")
    with pytest.raises(HomeAssistantError, match="requires the token of the server's owner"):
        await call_action(hass, "terminate_stream", session_key="1")
    with pytest.raises(HomeAssistantError, match="does not allow this"):
        await call_action(hass, "scan_library", library="Movies")
    await call_action(hass, "mark_watched", rating_key=items[0]["rating_key"])
    assert not list(shared.async_get_active_flows(hass, {SOURCE_REAUTH}))
