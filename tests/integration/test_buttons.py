"""The buttons: scans and emptying the trash."""

from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import MOVIES_SCANNING, SCAN_LIBRARIES
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind

from .conftest import Advance
from .helpers import deliver_push, set_up, state_value, use_shared_token

SCAN = "button.harbour_movies_scan"
EMPTY_TRASH = "button.harbour_movies_empty_trash"


async def _press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call(
        BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: entity_id}, blocking=True
    )


@pytest.mark.push
async def test_a_pressed_scan_button_starts_a_visible_scan(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator
) -> None:
    assert state_value(hass, MOVIES_SCANNING) == STATE_OFF
    await _press(hass, SCAN)
    await deliver_push(hass, simulator)
    assert state_value(hass, MOVIES_SCANNING) == STATE_ON
    assert state_value(hass, "binary_sensor.harbour_tv_shows_scanning") == STATE_OFF


async def test_all_libraries_are_scanned_with_one_request(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.clear_requests()
    await _press(hass, SCAN_LIBRARIES)
    assert [request.path for request in simulator.requests] == ["/library/sections/all/refresh"]
    assert all(section.refreshing for section in simulator.library.sections.values())


@pytest.mark.usefixtures("all_entities_enabled")
async def test_the_trash_of_one_library_is_emptied(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    film, *_, other = simulator.library.of_kind(Kind.MOVIE)
    film.is_lost = True
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    episode.is_lost = True
    await _press(hass, EMPTY_TRASH)
    remaining = simulator.library.items
    assert film.rating_key not in remaining
    assert {other.rating_key, episode.rating_key} <= remaining.keys()


async def test_the_empty_trash_button_is_disabled_by_default(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, entity_registry: er.EntityRegistry
) -> None:
    entry = entity_registry.async_get(EMPTY_TRASH)
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entry.entity_category == "config"


@pytest.mark.parametrize(
    ("button", "path"),
    [
        (SCAN_LIBRARIES, "/library/sections/all/refresh"),
        (SCAN, "/library/sections/1/refresh"),
    ],
)
@pytest.mark.parametrize(
    ("fault", "message"),
    [
        (Fault.status(404), "The Plex Media Server rejected a request: 404 Not Found"),
        (Fault.status(500), "The Plex Media Server returned an error: 500 Internal Server Error"),
        (Fault.reset(), "The connection to the Plex Media Server was lost"),
    ],
)
async def test_a_failed_press_raises_and_the_next_one_succeeds(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    button: str,
    path: str,
    fault: Fault,
    message: str,
) -> None:
    simulator.faults.add(path, fault, times=None)
    with pytest.raises(HomeAssistantError, match=message):
        await _press(hass, button)
    simulator.faults.clear()
    await _press(hass, button)
    assert simulator.library.section_titled("Movies").refreshing


async def test_a_429_raises_with_the_remaining_seconds(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    path = "/library/sections/1/refresh"
    simulator.faults.add(path, Fault.status(429, {"Retry-After": "90"}))
    with pytest.raises(HomeAssistantError, match="90"):
        await _press(hass, SCAN)
    simulator.clear_requests()
    await advance(20)
    with pytest.raises(HomeAssistantError, match="70"):
        await _press(hass, SCAN)
    assert not simulator.count(path)
    await advance(71)
    await _press(hass, SCAN)
    assert simulator.count(path) == 1


async def test_a_403_does_not_start_reauth(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add("/library/sections/1/refresh", Fault.status(403), times=3)
    for _ in range(3):
        with pytest.raises(HomeAssistantError):
            await _press(hass, SCAN)
        await advance(10)
    assert not hass.config_entries.flow.async_progress()
    await _press(hass, SCAN)


async def test_a_shared_token_has_no_buttons(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    use_shared_token(hass, entry, simulator, [1, 3])
    await set_up(hass, entry)
    assert not hass.states.async_entity_ids(BUTTON_DOMAIN)
