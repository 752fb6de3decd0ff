"""How actions select the server and the library, and their error messages."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.services import ACTIONS
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .actions import get_response, titles
from .helpers import set_up


@pytest.fixture
def other(other_server: PlexSimulator, second_entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry of a second server with a movie that the first does not have."""
    other_server.library.add_item(
        Kind.MOVIE, "The Glass Weir", other_server.library.section_titled("Movies")
    )
    return second_entry


async def test_the_actions_exist_without_a_server(hass: HomeAssistant) -> None:
    assert await async_setup_component(hass, DOMAIN, {})
    assert set(hass.services.async_services_for_domain(DOMAIN)) == set(ACTIONS)
    with pytest.raises(ServiceValidationError, match="No Plex Media Server is connected"):
        await get_response(hass, "get_streams")


async def test_the_actions_stay_registered_after_unload(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert set(hass.services.async_services_for_domain(DOMAIN)) == set(ACTIONS)
    with pytest.raises(ServiceValidationError, match="No Plex Media Server is connected"):
        await get_response(hass, "get_streams")
    with pytest.raises(ServiceValidationError, match=r"Harbour .*not loaded"):
        await get_response(hass, "get_streams", config_entry_id=loaded_entry.entry_id)
    assert await hass.config_entries.async_setup(loaded_entry.entry_id)
    assert await get_response(hass, "get_streams") == {"streams": []}


async def test_one_of_several_servers_has_to_be_selected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError, match=r"of them: Harbour, Lighthouse$"):
        await get_response(hass, "get_streams")
    query = {"query": "The Glass Weir"}
    assert await titles(hass, "search", config_entry_id=other.entry_id, **query) == [
        "The Glass Weir"
    ]
    assert await titles(hass, "search", config_entry_id=loaded_entry.entry_id, **query) == []


async def test_the_server_is_optional_if_only_one_is_connected(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert await titles(hass, "search", query="The Glass Weir") == ["The Glass Weir"]


async def test_an_entry_of_another_integration_is_a_validation_error(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    other_domain = MockConfigEntry(domain="sun", title="Sun")
    other_domain.add_to_hass(hass)
    for entry_id in (other_domain.entry_id, "no_such_entry"):
        with pytest.raises(ServiceValidationError):
            await get_response(hass, "get_streams", config_entry_id=entry_id)


async def test_an_unknown_library_is_a_validation_error(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    with pytest.raises(ServiceValidationError, match="no library named Maps"):
        await get_response(hass, "get_recently_added", library="Maps")


async def test_libraries_with_the_same_title_are_selected_by_id(
    hass: HomeAssistant, simulator: PlexSimulator, entry: MockConfigEntry
) -> None:
    second_section = simulator.library.add_section("Movies", "movie")
    simulator.library.add_item(Kind.MOVIE, "The Glass Weir", second_section)
    await set_up(hass, entry)
    with pytest.raises(ServiceValidationError, match=rf"one of them: 1, {second_section.key}$"):
        await get_response(hass, "get_recently_added", library="movies")
    assert await titles(hass, "get_recently_added", library=str(second_section.key)) == [
        "The Glass Weir"
    ]
