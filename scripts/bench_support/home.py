"""A real Home Assistant in this process, with entries of simulated servers."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import tempfile
from unittest.mock import patch

import aiohttp
from homeassistant import loader
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er, frame
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_test_home_assistant,
)

from custom_components.plex_pulse.api import Clock, RateLimiterRegistry
from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.runtime_data import PlexPulseConfigEntry
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState

from .servers import Server
from .stand_in import TOKEN

# tcpmux, which nothing offers: whoever asks there is refused at once.
_CLOSED_PORT = 1


class _Resolver(aiohttp.ThreadedResolver):
    """The system's resolver, closed as Home Assistant closes its own."""

    async def real_close(self) -> None:
        """Close."""
        await self.close()


@asynccontextmanager
async def home_assistant(clock: Clock | None = None) -> AsyncGenerator[HomeAssistant]:
    """Run a Home Assistant in a folder of its own, in a network where Plex itself is away."""
    with (
        tempfile.TemporaryDirectory() as folder,
        # The other resolver would look around in the machine's network.
        patch(
            "homeassistant.helpers.aiohttp_client._async_make_resolver",
            return_value=_Resolver(),
        ),
        # Nobody looks at a page here, and another Home Assistant may have the port.
        patch("homeassistant.components.http.HomeAssistantHTTP.async_bind"),
        patch("homeassistant.components.http.HomeAssistantHTTP.start"),
    ):
        async with async_test_home_assistant(config_dir=folder) as hass:
            frame.async_setup(hass)
            # Otherwise it takes for granted that there are no custom integrations.
            hass.data.pop(loader.DATA_CUSTOM_COMPONENTS)
            hass.data[DATA_SHARED] = SharedState(
                rate_limiters=RateLimiterRegistry(clock),
                plex_tv=f"http://127.0.0.1:{_CLOSED_PORT}",
                approval_page=f"http://127.0.0.1:{_CLOSED_PORT}/auth",
                discovery=("127.0.0.1", _CLOSED_PORT),
            )
            try:
                yield hass
            finally:
                for entry in hass.config_entries.async_loaded_entries(DOMAIN):
                    await hass.config_entries.async_unload(entry.entry_id)
                await hass.async_stop(force=True)


async def set_up(hass: HomeAssistant, server: Server, number: int = 0) -> PlexPulseConfigEntry:
    """Set a server up and return its entry as soon as that is loaded."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title=f"Bench {number}",
        unique_id=f"{number:040x}",
        data={CONF_URL: server.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
    )
    entry.add_to_hass(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    if entry.state is not ConfigEntryState.LOADED:
        msg = f"the entry is not set up but {entry.state}: {entry.reason}"
        raise RuntimeError(msg)
    return entry


async def settled(server: Server) -> None:
    """Wait for what goes on in the background after a set-up, notifications first."""
    await server.heard()
    await server.settle()


async def add_server(hass: HomeAssistant, server: Server, number: int = 0) -> PlexPulseConfigEntry:
    """Set a server up, wait until it has told and been asked everything, and return its entry."""
    entry = await set_up(hass, server, number)
    await hass.async_block_till_done()
    await settled(server)
    return entry


def entity_id(hass: HomeAssistant, entry: PlexPulseConfigEntry, key: str) -> str:
    """Return the id of one of the server's sensors."""
    unique_id = f"{entry.unique_id}_{key}"
    found = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, unique_id)
    if found is None:
        msg = f"no entity has the unique id {unique_id}"
        raise RuntimeError(msg)
    return found
