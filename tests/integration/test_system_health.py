"""The system information of Plex Pulse."""

from inspect import isawaitable
from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    get_system_health_info,
)
from yarl import URL

from custom_components.plex_pulse.const import CONF_CONNECTION, DOMAIN
from custom_components.plex_pulse.shared_state import async_get_shared
from tests.clocks import FreezerClock
from tests.simulator import PlexSimulator, PlexTvSimulator

from .conftest import TOKEN, Advance
from .helpers import set_up

pytestmark = pytest.mark.usefixtures("found_by_account")


async def _information(hass: HomeAssistant) -> dict[str, Any]:
    """Return the values by their English label."""
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    texts = await async_get_translations(hass, "en", "system_health", [DOMAIN])
    return {
        texts[f"component.{DOMAIN}.system_health.info.{key}"]: (
            await value if isawaitable(value) else value
        )
        for key, value in (await get_system_health_info(hass, DOMAIN)).items()
    }


async def _add_server(
    hass: HomeAssistant, other_server: PlexSimulator, connection: str
) -> MockConfigEntry:
    """Set up another server with this kind of connection."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Lighthouse",
        unique_id=other_server.state.machine_identifier,
        data={
            CONF_URL: other_server.url,
            CONF_TOKEN: TOKEN,
            CONF_VERIFY_SSL: True,
            CONF_CONNECTION: connection,
        },
    )
    entry.add_to_hass(hass)
    await set_up(hass, entry)
    return entry


async def test_connections_versions_and_reachable_servers_are_shown(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    other_server: PlexSimulator,
    advance: Advance,
) -> None:
    other_server.state.version = "1.40.0.7998-c29d4c0c8"
    second_entry = await _add_server(hass, other_server, "relay")
    information = {
        "Reach plex.tv": {"type": "failed", "error": "unreachable"},
        "Servers with live updates": "0 / 2",
        "Reachable servers": "2 / 2",
        "Connections": "local, relay",
        "Server versions": "1.43.4.10903-e5521bd8c, 1.40.0.7998-c29d4c0c8",
    }
    assert await _information(hass) == information

    # The last known version of an unreachable server is shown.
    await simulator.stop()
    await advance(10)
    assert await _information(hass) == {**information, "Reachable servers": "1 / 2"}
    assert await hass.config_entries.async_unload(second_entry.entry_id)
    assert await _information(hass) == {
        "Reach plex.tv": {"type": "failed", "error": "unreachable"},
        "Servers with live updates": "0 / 2",
        "Reachable servers": "0 / 2",
        "Connections": "local, relay",
        "Server versions": "1.43.4.10903-e5521bd8c",
    }
    await simulator.start()
    await set_up(hass, second_entry)
    await advance(10)
    assert await _information(hass) == information


async def test_ignored_and_disabled_servers_are_not_counted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    MockConfigEntry(domain=DOMAIN, source=SOURCE_IGNORE, unique_id="0" * 40).add_to_hass(hass)
    second_entry = await _add_server(hass, other_server, "remote")
    assert (await _information(hass))["Reachable servers"] == "2 / 2"
    await hass.config_entries.async_set_disabled_by(second_entry.entry_id, ConfigEntryDisabler.USER)
    information = await _information(hass)
    assert information["Reachable servers"] == "1 / 1"
    assert information["Connections"] == "local"


async def test_a_typed_address_is_shown_as_manual(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    data = {key: value for key, value in loaded_entry.data.items() if key != CONF_CONNECTION}
    hass.config_entries.async_update_entry(loaded_entry, data=data)
    assert (await _information(hass))["Connections"] == "manual"


@pytest.mark.push
async def test_push_and_plex_tv_are_shown(
    hass: HomeAssistant, plextv: PlexTvSimulator, entry_with_push: MockConfigEntry
) -> None:
    information = await _information(hass)
    assert information["Reach plex.tv"] == "ok"
    assert information["Servers with live updates"] == "1 / 1"


async def test_plex_tv_gets_no_request_during_retry_after(
    hass: HomeAssistant, plextv: PlexTvSimulator, loaded_entry: MockConfigEntry, clock: FreezerClock
) -> None:
    rate_limiter = async_get_shared(hass).rate_limiters.limiter_for(URL(plextv.url))
    rate_limiter.block(60)
    rate_limited = {"type": "failed", "error": "rate limited"}
    assert (await _information(hass))["Reach plex.tv"] == rate_limited
    assert not plextv.requests
    clock.advance(60)
    assert (await _information(hass))["Reach plex.tv"] == "ok"


async def test_the_information_has_no_names_addresses_or_tokens(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    text = str(await _information(hass))
    for private in (
        loaded_entry.title,
        "Harbour",
        "127.0.0.1",
        "canary",
        str(loaded_entry.unique_id),
    ):
        assert private not in text
