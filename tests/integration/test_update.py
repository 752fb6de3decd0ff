"""The update entity: available versions, release notes, download and installation."""

import asyncio

from homeassistant.components.update import (
    DOMAIN as UPDATE_DOMAIN,
    SERVICE_INSTALL,
    UpdateEntityFeature,
)
from homeassistant.const import (
    ATTR_ENTITY_ID,
    ATTR_SUPPORTED_FEATURES,
    STATE_OFF,
    STATE_ON,
    STATE_UNAVAILABLE,
    STATE_UNKNOWN,
)
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from tests.clocks import FreezerClock, HeldFreezerClock
from tests.entity_ids import UPDATE
from tests.simulator import Fault, PlexSimulator

from .conftest import Advance
from .helpers import set_up, settle, state_of, state_value, update_entities, wait_until

INSTALLED = "1.43.4.10903-e5521bd8c"
NEWER = "1.43.10.11000-0a1b2c3d4"
STATUS = "/updater/status"
CHECK = "/updater/check"
APPLY = "/updater/apply"


@pytest.fixture
async def update_entry(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> MockConfigEntry:
    """Return the entry of a server that has an update and can install it."""
    simulator.state.new_version = NEWER
    simulator.state.can_install = True
    await set_up(hass, entry)
    simulator.clear_requests()
    return entry


async def _install(hass: HomeAssistant) -> None:
    await hass.services.async_call(
        UPDATE_DOMAIN, SERVICE_INSTALL, {ATTR_ENTITY_ID: UPDATE}, blocking=True
    )


def _versions(hass: HomeAssistant) -> tuple[str, str, str]:
    state = state_of(hass, UPDATE)
    return state.state, state.attributes["installed_version"], state.attributes["latest_version"]


@pytest.mark.parametrize(
    ("available", "is_offered"),
    [
        (None, False),
        (INSTALLED, False),
        ("1.43.4.10903-ffffffff0", False),
        ("1.43.3.99999-e5521bd8c", False),
        ("1.9.9.99999-e5521bd8c", False),
        ("not a version", False),
        ("1.43.4." + "9" * 5_000, False),
        ("1.43.4.10904-e5521bd8c", True),
        ("1.43.10.1-e5521bd8c", True),
        ("2.0", True),
    ],
)
async def test_only_a_newer_version_is_offered(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    available: str | None,
    is_offered: bool,
) -> None:
    simulator.state.new_version = available
    await set_up(hass, entry)
    expected = (STATE_ON, INSTALLED, available) if is_offered else (STATE_OFF, INSTALLED, INSTALLED)
    assert _versions(hass) == expected


async def test_a_new_version_is_found_within_15_minutes(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert state_value(hass, UPDATE) == STATE_OFF
    simulator.state.new_version = NEWER
    await advance(15 * 60)
    assert _versions(hass) == (STATE_ON, INSTALLED, NEWER)


async def test_the_release_notes_have_no_urls(
    hass: HomeAssistant, update_entry: MockConfigEntry, hass_ws_client: WebSocketGenerator
) -> None:
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "update/release_notes", "entity_id": UPDATE})
    answer = await client.receive_json()
    assert answer["result"] == (
        "**New**\n\n- Quieter nights\n- Longer evenings\n\n"
        "**Fixed**\n\n- \\(Scanner\\) Lost its way in fog"
    )
    assert state_of(hass, UPDATE).attributes["release_url"] is None
    assert "simulated-download-token" not in str(state_of(hass, UPDATE).as_dict())


@pytest.mark.parametrize("can_install", [False, True])
async def test_install_is_supported_only_if_the_server_can_install_itself(
    hass: HomeAssistant, update_entry: MockConfigEntry, simulator: PlexSimulator, can_install: bool
) -> None:
    simulator.state.can_install = can_install
    assert await hass.config_entries.async_reload(update_entry.entry_id)
    await settle(hass)
    features = state_of(hass, UPDATE).attributes[ATTR_SUPPORTED_FEATURES]
    assert bool(features & UpdateEntityFeature.INSTALL) is can_install


async def test_an_update_is_downloaded_and_installed(
    hass: HomeAssistant,
    update_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
) -> None:
    await _install(hass)
    await settle(hass)
    assert simulator.state.version == NEWER
    paths = [request.path for request in simulator.requests if "updater" in request.path]
    assert paths[:4] == [STATUS, CHECK, STATUS, APPLY]
    assert clock.slept[:2] == [5, 60]
    assert _versions(hass) == (STATE_OFF, NEWER, NEWER)


async def test_a_downloaded_update_is_not_downloaded_again(
    hass: HomeAssistant, update_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.state.update_state = "downloaded"
    await _install(hass)
    await settle(hass)
    assert not simulator.count(CHECK)
    assert simulator.state.version == NEWER


@pytest.mark.push
async def test_progress_is_shown_until_the_download_is_installed(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
    advance: Advance,
) -> None:
    simulator.state.new_version = NEWER
    simulator.state.can_install = True
    await update_entities(hass, UPDATE)
    assert state_value(hass, UPDATE) == STATE_ON
    # The download starts and takes several polls.
    simulator.faults.add(CHECK, Fault.status(200, body=b""))
    simulator.state.update_state = "downloading"
    install = asyncio.create_task(_install(hass))
    for _ in range(3):
        clock.slept.clear()
        await wait_until(lambda: 5 in clock.slept)
        assert state_of(hass, UPDATE).attributes["in_progress"]
        clock.advance(5)
    simulator.state.update_state = "downloaded"
    await wait_until(install.done)
    assert simulator.state.version == NEWER
    assert not state_of(hass, UPDATE).attributes["in_progress"]
    await settle(hass)
    for _ in range(6):
        await advance(10)
        await simulator.push.wait_delivered()
    assert _versions(hass) == (STATE_OFF, NEWER, NEWER)


@pytest.mark.parametrize("ends_as", ["error", "downloading"])
async def test_a_download_that_fails_or_times_out_raises(
    hass: HomeAssistant,
    update_entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    advance: Advance,
    ends_as: str,
) -> None:
    simulator.faults.add(CHECK, Fault.status(200, body=b""))
    simulator.state.update_state = ends_as
    with pytest.raises(HomeAssistantError, match="could not download the update"):
        await _install(hass)
    assert sum(clock.slept) < 1000
    assert not simulator.count(APPLY)

    await advance(10)
    await _install(hass)
    assert simulator.state.version == NEWER


@pytest.mark.parametrize("path", [STATUS, CHECK, APPLY])
async def test_a_failed_installation_raises_and_can_be_retried(
    hass: HomeAssistant, update_entry: MockConfigEntry, simulator: PlexSimulator, path: str
) -> None:
    simulator.faults.add(path, Fault.status(400))
    with pytest.raises(HomeAssistantError, match="rejected a request: 400 Bad Request"):
        await _install(hass)
    assert simulator.state.version == INSTALLED
    await _install(hass)
    assert simulator.state.version == NEWER


async def test_a_restart_without_a_response_is_not_a_failure(
    hass: HomeAssistant, update_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add(APPLY, Fault.reset(), times=None)
    await _install(hass)
    await settle(hass)
    assert state_value(hass, UPDATE) == STATE_ON
    await simulator.stop()
    await advance(10)
    assert state_value(hass, UPDATE) == STATE_UNAVAILABLE
    simulator.state.version, simulator.state.new_version = NEWER, None
    await simulator.start()
    await advance(10)
    assert _versions(hass) == (STATE_OFF, NEWER, NEWER)


async def test_a_failed_read_makes_the_update_unknown_not_up_to_date(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.faults.add(STATUS, Fault.status(500), times=4)
    await advance(15 * 60)
    assert state_value(hass, UPDATE) == STATE_UNKNOWN
    await advance(15 * 60)
    assert state_value(hass, UPDATE) == STATE_OFF


async def test_a_download_that_is_running_at_startup_is_shown(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    simulator.state.new_version = NEWER
    simulator.state.can_install = True
    simulator.state.update_state = "downloading"
    await set_up(hass, entry)
    assert state_of(hass, UPDATE).attributes["in_progress"] is True
    simulator.state.update_state = "downloaded"
    await update_entities(hass, UPDATE)
    assert state_of(hass, UPDATE).attributes["in_progress"] is False
