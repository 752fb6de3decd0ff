"""A real Home Assistant core in this process."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import tempfile
from typing import Final
from unittest.mock import patch

import aiohttp
from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.helpers import frame
from pytest_homeassistant_custom_component.common import async_test_home_assistant

from custom_components.plex_pulse.api import Clock, RateLimiterRegistry
from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState

_CLOSED_PORT: Final = 1
"""tcpmux, which no machine offers: connections are refused at once."""


class _Resolver(aiohttp.ThreadedResolver):
    """The system's resolver with the close method that Home Assistant calls."""

    async def real_close(self) -> None:
        """Close the resolver."""
        await self.close()


@asynccontextmanager
async def running_home_assistant(clock: Clock | None = None) -> AsyncGenerator[HomeAssistant]:
    """Run a Home Assistant core in a temporary folder, without access to plex.tv."""
    with (
        # A thread of Home Assistant may still write a file.
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        # Home Assistant's own resolver sends multicast queries to the network.
        patch(
            "homeassistant.helpers.aiohttp_client._async_make_resolver",
            return_value=_Resolver(),
        ),
        # No page is served, and another Home Assistant may use the port.
        patch("homeassistant.components.http.HomeAssistantHTTP.async_bind"),
        patch("homeassistant.components.http.HomeAssistantHTTP.start"),
    ):
        async with async_test_home_assistant(config_dir=folder) as hass:
            frame.async_setup(hass)
            # The test harness sets it to "no custom integrations".
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
