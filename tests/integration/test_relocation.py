"""A server that answers at another address than it used to."""

import logging

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, STATE_ON, STATE_UNAVAILABLE, Platform
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION
from tests.entity_ids import CONNECTED, MOVIES, STREAMS
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.library import Kind

from .conftest import ACCOUNT_TOKEN, TOKEN, Wait
from .flows import paths_with_token
from .moving import ACCOUNT, RESOURCES, announce, be_missed
from .support import diagnostics_of, reading, said, set_up, state_of_entry

MINUTE = 60
DAY = 24 * 60


pytestmark = pytest.mark.usefixtures("found_by_account")


def _readings(hass: HomeAssistant) -> dict[str, str]:
    """Return what all entities read; a picture reads when it was made, by this Home Assistant."""
    return {
        state.entity_id: state.state
        for state in hass.states.async_all()
        if state.domain != Platform.IMAGE
    }


async def test_a_server_that_moves_is_found_again_by_itself(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    elsewhere: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    announce(plextv, loaded, elsewhere)
    entities = _readings(hass)
    former = loaded.data[CONF_URL]
    await simulator.stop()
    await wait(10)
    await wait(10)
    # A restart takes no longer.
    assert not plextv.requests
    assert loaded.data[CONF_URL] == former
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE

    await wait(10)
    assert plextv.count(RESOURCES) == len(plextv.requests) == 1
    assert loaded.data == {
        **loaded.data,
        CONF_URL: elsewhere.url,
        CONF_TOKEN: TOKEN,
        CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN,
        CONF_CONNECTION: "local",
    }
    assert _readings(hass) == entities
    assert said(caplog) == [
        (
            logging.INFO,
            ("Connection to Harbour lost: GET /identity: network: The server cannot be reached"),
        ),
        (logging.INFO, "Harbour has moved to another address"),
        (logging.INFO, "Connection to Harbour restored"),
    ]
    elsewhere.sessions.start(elsewhere.library.of_kind(Kind.MOVIE)[0])
    await wait(10)
    assert reading(hass, STREAMS) == "1"
    assert len(plextv.requests) == 1


async def test_a_server_that_moved_while_nobody_looked_is_found_at_start_up(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    elsewhere: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
) -> None:
    announce(plextv, entry, elsewhere)
    await simulator.stop()
    await set_up(hass, entry)
    assert state_of_entry(entry) is ConfigEntryState.SETUP_RETRY
    await wait(6)
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    assert entry.data[CONF_URL] == elsewhere.url
    assert reading(hass, MOVIES) == "40"
    assert len(plextv.requests) == 1


async def test_a_server_is_followed_only_to_where_it_says_who_it_is(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    elsewhere: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
) -> None:
    # What plex.tv knows may be old, and the place somebody else's by now.
    announce(plextv, loaded, neighbour)
    await simulator.stop()
    await be_missed(wait)
    assert {request.path for request in neighbour.requests} == {"/identity"}
    assert not paths_with_token(neighbour)
    assert loaded.data[CONF_URL] == simulator.url
    assert reading(hass, STREAMS) == STATE_UNAVAILABLE

    announce(plextv, loaded, neighbour, elsewhere)
    await wait(15 * MINUTE)
    assert loaded.data[CONF_URL] == elsewhere.url
    assert reading(hass, STREAMS) == "0"


async def test_a_server_the_account_has_lost_is_waited_for_where_it_was(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
) -> None:
    announce(plextv, loaded, neighbour)
    (listed,) = plextv.accounts[ACCOUNT].servers
    plextv.accounts[ACCOUNT].servers.clear()
    plextv.add_server(
        ACCOUNT,
        "Lighthouse",
        neighbour.state.machine_identifier,
        TOKEN,
        connections=listed.connections,
    )
    await simulator.stop()
    await be_missed(wait)
    assert plextv.count(RESOURCES) == 1
    assert not neighbour.requests
    await simulator.start()
    await wait(10)
    assert reading(hass, STREAMS) == "0"


async def test_a_server_that_is_where_it_was_does_not_move(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    wait: Wait,
    caplog: pytest.LogCaptureFixture,
) -> None:
    announce(plextv, loaded, simulator)
    data = dict(loaded.data)
    simulator.faults.add("*", Fault.reset(), times=None)
    await be_missed(wait)
    assert plextv.count(RESOURCES) == 1
    assert loaded.data == data
    simulator.faults.clear()
    await wait(10)
    assert reading(hass, CONNECTED) == STATE_ON
    assert [level for level, _ in said(caplog)] == [logging.INFO, logging.INFO]
    assert said(caplog)[-1][1] == "Connection to Harbour restored"


async def test_diagnostics_of_a_server_found_through_an_account_leak_no_token(
    hass: HomeAssistant, loaded: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    diagnostics = await diagnostics_of(hass, hass_client, loaded)
    assert diagnostics["health"]["connected"]
    assert "canary" not in str(diagnostics)
