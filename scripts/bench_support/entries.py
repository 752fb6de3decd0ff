"""Config entries for simulated servers."""

from collections.abc import Mapping

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.config_flow import PlexPulseConfigFlow
from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.runtime_data import PlexPulseConfigEntry
from scripts.common.simulated_servers import SimulatedServer

from .simulator import TOKEN


async def set_up(
    hass: HomeAssistant,
    server: SimulatedServer,
    *,
    options: Mapping[str, object] | None = None,
) -> PlexPulseConfigEntry:
    """Set a server up and return its entry as soon as that is loaded.

    Raises: RuntimeError when the entry does not load.
    """
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Bench {server.index}",
        unique_id=f"{server.index:040x}",
        minor_version=PlexPulseConfigFlow.MINOR_VERSION,
        data={CONF_URL: server.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
        options=options or {},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    if entry.state is not ConfigEntryState.LOADED:
        msg = f"the entry is not set up but {entry.state}: {entry.reason}"
        raise RuntimeError(msg)
    return entry


async def wait_for_background_work(server: SimulatedServer) -> None:
    """Wait for the websocket and the requests that follow a set-up in the background."""
    await server.wait_for_websocket()
    await server.wait_until_idle()


async def add_server(
    hass: HomeAssistant,
    server: SimulatedServer,
    *,
    options: Mapping[str, object] | None = None,
) -> PlexPulseConfigEntry:
    """Set a server up, wait for its background work, and return its entry."""
    entry = await set_up(hass, server, options=options)
    await hass.async_block_till_done()
    await wait_for_background_work(server)
    return entry
