"""The module with the strategy and the cards: served, and loaded by every page.

Where Lovelace keeps its resources in storage, the module is one of them: it is loaded when
the page is ready for it. Where resources are in YAML it is an extra module of the frontend.
The version in the address changes with the file, because browsers keep it for a month.
"""

import asyncio
import hashlib
import logging
from pathlib import Path
from typing import Final

from homeassistant.components.frontend import add_extra_js_url, remove_extra_js_url
from homeassistant.components.http import StaticPathConfig
from homeassistant.components.lovelace.const import LOVELACE_DATA
from homeassistant.components.lovelace.resources import ResourceStorageCollection
from homeassistant.const import CONF_ID, CONF_TYPE, CONF_URL
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.loader import async_get_integration

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

MODULE_FILE: Final = Path(__file__).parents[1] / "frontend" / "plex-pulse.js"
MODULE_PATH: Final = "/plex_pulse/plex-pulse.js"
_RESOURCE_TYPE: Final = "module"
_HASH_CHARACTERS: Final = 8


class FrontendModule:
    """Keeps the module registered while there is an entry."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Initialize without a registration."""
        self._hass = hass
        self._lock = asyncio.Lock()
        self._is_served = False
        self._extra_url: str | None = None

    async def async_register(self) -> None:
        """Have every page load the module in its current version."""
        if LOVELACE_DATA not in self._hass.data:
            # Without a frontend there is no page.
            return
        async with self._lock:
            if (url := await self._async_serve()) is None:
                return
            resources = self._hass.data[LOVELACE_DATA].resources
            if isinstance(resources, ResourceStorageCollection):
                try:
                    await _async_store(resources, url)
                except HomeAssistantError as err:
                    _LOGGER.warning("The dashboard resource could not be stored: %s", err)
            elif self._extra_url is None:
                self._extra_url = url
                add_extra_js_url(self._hass, url)

    async def async_unregister(self) -> None:
        """Have no page load the module any more; the file stays served until a restart."""
        if LOVELACE_DATA not in self._hass.data:
            return
        async with self._lock:
            resources = self._hass.data[LOVELACE_DATA].resources
            if isinstance(resources, ResourceStorageCollection):
                for resource_id, _ in await _async_own_resources(resources):
                    await resources.async_delete_item(resource_id)
            elif self._extra_url is not None:
                remove_extra_js_url(self._hass, self._extra_url)
                self._extra_url = None

    async def _async_serve(self) -> str | None:
        """Serve the file and return its address with the version, None without the file."""
        integration = await async_get_integration(self._hass, DOMAIN)
        try:
            digest = await self._hass.async_add_executor_job(_digest, MODULE_FILE)
        except OSError:
            _LOGGER.warning("The file of the dashboard is missing; install Plex Pulse again")
            return None
        if not self._is_served:
            self._is_served = True
            await self._hass.http.async_register_static_paths(
                [StaticPathConfig(MODULE_PATH, str(MODULE_FILE), cache_headers=True)]
            )
        return f"{MODULE_PATH}?v={integration.version}-{digest}"


async def _async_store(resources: ResourceStorageCollection, url: str) -> None:
    """Store one resource with this address: create it, or update the one of another version."""
    own = await _async_own_resources(resources)
    if not own:
        await resources.async_create_item({"res_type": _RESOURCE_TYPE, CONF_URL: url})
        return
    (resource_id, resource), *duplicates = own
    if resource[CONF_URL] != url or resource.get(CONF_TYPE) != _RESOURCE_TYPE:
        await resources.async_update_item(resource_id, {"res_type": _RESOURCE_TYPE, CONF_URL: url})
    for duplicate_id, _ in duplicates:
        await resources.async_delete_item(duplicate_id)


async def _async_own_resources(
    resources: ResourceStorageCollection,
) -> list[tuple[str, dict[str, str]]]:
    """Return id and fields of the resources with the path of the module, of any version."""
    # Loads the resources; without it the list is empty, and a save would delete all of them.
    await resources.async_get_info()
    return [
        (str(resource[CONF_ID]), resource)
        for resource in resources.async_items()
        if str(resource.get(CONF_URL, "")).partition("?")[0] == MODULE_PATH
    ]


def _digest(path: Path) -> str:
    """Return a short hash of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:_HASH_CHARACTERS]
