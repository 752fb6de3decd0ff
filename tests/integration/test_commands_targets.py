"""Targets of commands: ambiguous streams, missing libraries, unavailable entities."""

from unicodedata import normalize

from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.api import ServerAccount
from custom_components.plex_pulse.services.targets import find_account
from tests.entity_ids import CONNECTED, SCAN_LIBRARIES, SCAN_MOVIES
from tests.simulator import Fault, PlexSimulator

from .actions import call_action
from .conftest import Advance
from .helpers import state_value
from .scripted_sessions import ScriptedSessions

TERMINATE = "/status/sessions/terminate"
SCANS = {
    SCAN_LIBRARIES: "/library/sections/all/refresh",
    SCAN_MOVIES: "/library/sections/1/refresh",
}


async def _press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call(
        BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


@pytest.mark.push
async def test_stream_with_a_shared_session_id_is_not_terminated(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    """The server would terminate either stream, possibly that of another player."""
    same_id = {"Session": {"id": "aaaa1111", "location": "lan"}}
    server.list_session("1", user="marlow", changes=same_id)
    server.list_session("2", user="juniper", changes=same_id)
    server.list_session("3", user="wren")
    for key in ("1", "2", "3"):
        await server.report(key, "playing", ratingKey="500")
    await server.run_for(2)
    assert len(server.streams) == 3
    for key, other in (("1", "2"), ("2", "1")):
        with pytest.raises(ServiceValidationError, match=rf"\b{key} cannot .* key {other}$"):
            await call_action(hass, "terminate_stream", session_key=key)
    assert not simulator.count(TERMINATE)
    simulator.faults.add(TERMINATE, Fault.status(200, body=b""))
    await call_action(hass, "terminate_stream", session_key="3")
    # Without the other stream the id is unambiguous.
    server.unlist("1")
    await server.report("1", "stopped", ratingKey="500")
    simulator.faults.add(TERMINATE, Fault.status(200, body=b""))
    await call_action(hass, "terminate_stream", session_key="2")
    assert simulator.count(TERMINATE) == 2


@pytest.mark.push
async def test_terminating_a_stream_that_is_gone_removes_it(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    server.list_session("7")
    await server.report("7", "playing", ratingKey="500")
    await server.run_for(2)
    server.unlist("7")
    simulator.faults.add(TERMINATE, Fault.status(404))
    with pytest.raises(ServiceValidationError, match="no active stream with the session key 7"):
        await call_action(hass, "terminate_stream", session_key="7")
    await server.run_for(5)
    assert server.streams == []


@pytest.mark.parametrize("button", SCANS)
async def test_button_raises_while_the_server_is_not_connected(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    button: str,
) -> None:
    """Home Assistant skips unavailable entities in an action and reports success."""
    await simulator.stop()
    await advance(60)
    assert state_value(hass, CONNECTED) == "off"
    assert state_value(hass, button) == "unavailable"
    with pytest.raises(HomeAssistantError, match="The Plex Media Server cannot be reached"):
        await _press(hass, button)


@pytest.mark.parametrize(("button", "path"), SCANS.items())
async def test_button_works_while_the_libraries_cannot_be_read(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    button: str,
    path: str,
) -> None:
    simulator.faults.add("/library/sections", Fault.status(500), times=None)
    simulator.faults.add("/media/providers", Fault.status(500), times=None)
    await advance(3600)
    simulator.clear_requests()
    await _press(hass, button)
    assert simulator.count(path) == 1


async def test_button_of_a_library_that_is_missing_raises(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    """The device stays while the server does not confirm that the library is gone."""
    libraries = loaded_entry.runtime_data.libraries
    libraries.async_set_updated_data(libraries.data._replace(libraries={}, is_complete=False))
    with pytest.raises(HomeAssistantError, match="no library named Movies"):
        await _press(hass, SCAN_MOVIES)


@pytest.mark.parametrize(
    "title", [normalize("NFD", "Música"), "Música", "MU\u0301SICA", "Mu\u0301sica"]
)
async def test_library_is_found_with_any_encoding_of_accents(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, title: str
) -> None:
    simulator.library.section_titled("Music").title = title
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await call_action(hass, "scan_library", library="música")
    assert simulator.library.section_titled(title).refreshing


def test_library_and_user_names_are_compared_after_unicode_normalization() -> None:
    account = ServerAccount(account_id="7", name=normalize("NFD", "Zoë\u00a0Müller"))
    assert find_account([account], "zoë müller") is account
    assert find_account([account], normalize("NFD", "ZOË  MÜLLER")) is account
