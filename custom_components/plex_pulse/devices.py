"""The device registry: one device for the server, each library and each followed user."""

import asyncio
from collections.abc import Iterable, Iterator
from itertools import batched
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType

from .api import Library, ServerInfo
from .const import DOMAIN
from .coordinator.libraries import ServerLibraries
from .options import followed_users
from .runtime_data import PlexPulseConfigEntry

MANUFACTURER = "Plex"
LIBRARY_MODEL = "Library"
_DEVICES_PER_SLICE: Final = 20
"""Devices that are registered in one iteration of the event loop."""


def library_identifier(machine_identifier: str, uuid: str) -> str:
    """Return the identifier of a library's device, the prefix of its entities' unique ids."""
    return f"{machine_identifier}_{uuid}"


def recently_added_identifier(machine_identifier: str, library: Library | None) -> str:
    """Return the identifier of the device with the recently added entities of a library.

    Those of all libraries (`library` None) belong to the server's device.
    """
    if library is None:
        return machine_identifier
    return library_identifier(machine_identifier, library.uuid)


def user_identifier(machine_identifier: str, account_id: str) -> str:
    """Return the identifier of a user's device, the prefix of its entities' unique ids."""
    return f"{machine_identifier}_{account_id}"


class DeviceSync:
    """Keeps the devices of an entry as the server, its libraries and followed users are."""

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Start without devices."""
        self._hass = hass
        self._entry = entry
        self._server: ServerInfo | None = None
        self._server_device_id: str | None = None
        self._synced: dict[str, tuple[str, str]] = {}
        self._is_complete = False

    async def async_start(self) -> None:
        """Register all devices, some at a time; then keep them up to date.

        Must run before entities are added: they refer to their device by identifier only.
        What the server refuses to list keeps its device, with the user's settings.
        """
        libraries = self._entry.runtime_data.libraries
        self._register_server(libraries.data.server)
        children = tuple(_child_devices(self._entry, libraries.data))
        for devices in batched(children, _DEVICES_PER_SLICE, strict=False):
            self._register(devices)
            await asyncio.sleep(0)
        self._remove_others()
        self._entry.async_on_unload(libraries.async_add_listener(self.async_update))
        self.async_update()

    @callback
    def async_update(self) -> None:
        """Register, rename and remove the devices that have changed."""
        data = self._entry.runtime_data.libraries.data
        if data.server != self._server:
            self._register_server(data.server)
        children = {
            identifier: (model, name)
            for identifier, model, name in _child_devices(self._entry, data)
        }
        if children == self._synced and data.is_complete is self._is_complete:
            return
        self._register(
            (identifier, *device)
            for identifier, device in children.items()
            if self._synced.get(identifier) != device
        )
        self._synced = children
        self._remove_others()

    def _register_server(self, server: ServerInfo) -> None:
        """Register or rename the server; its name is part of those of the other devices."""
        if self._server is None or server.name != self._server.name:
            self._synced.clear()
        self._server = server
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            configuration_url="https://app.plex.tv/desktop",
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, server.machine_identifier)},
            manufacturer=MANUFACTURER,
            model="Plex Media Server",
            name=server.name,
            sw_version=server.version,
        )
        self._server_device_id = device.id

    def _register(self, devices: Iterable[tuple[str, str, str]]) -> None:
        """Register or rename devices by identifier, model and name."""
        registry = dr.async_get(self._hass)
        server = self._entry.runtime_data.libraries.data.server
        for identifier, model, name in devices:
            registry.async_get_or_create(
                config_entry_id=self._entry.entry_id,
                entry_type=DeviceEntryType.SERVICE,
                identifiers={(DOMAIN, identifier)},
                manufacturer=MANUFACTURER,
                model=model,
                name=f"{server.name} {name}",
                via_device_id=self._server_device_id,
            )
            self._synced[identifier] = (model, name)

    def _remove_others(self) -> None:
        """Remove the devices of libraries and users that are gone."""
        registry = dr.async_get(self._hass)
        data = self._entry.runtime_data.libraries.data
        self._is_complete = data.is_complete
        current = {(DOMAIN, data.server.machine_identifier)} | {
            (DOMAIN, identifier) for identifier in self._synced
        }
        for device in dr.async_entries_for_config_entry(registry, self._entry.entry_id):
            if device.identifiers.isdisjoint(current) and not _is_kept(device, self._entry, data):
                registry.async_remove_device(device.id)


def _is_kept(device: dr.DeviceEntry, entry: PlexPulseConfigEntry, data: ServerLibraries) -> bool:
    """Return whether a device stays although what it belongs to was not read."""
    users = {
        (DOMAIN, user_identifier(data.server.machine_identifier, account_id))
        for account_id in followed_users(entry.options)
    }
    # A followed user has no device while the sessions are refused, and keeps an earlier one.
    is_followed = not users.isdisjoint(device.identifiers)
    return is_followed or (device.model == LIBRARY_MODEL and not data.is_complete)


@callback
def async_library_uuids(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> set[str]:
    """Return the uuids of the libraries that have a device."""
    prefix = f"{entry.unique_id}_"
    return {
        identifier.removeprefix(prefix)
        for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        if device.model == LIBRARY_MODEL
        for domain, identifier in device.identifiers
        if domain == DOMAIN and identifier.startswith(prefix)
    }


def _child_devices(
    entry: PlexPulseConfigEntry, data: ServerLibraries
) -> Iterator[tuple[str, str, str]]:
    """Yield identifier, model and name of each device that is connected via the server."""
    machine_identifier = data.server.machine_identifier
    for library in data.libraries.values():
        yield library_identifier(machine_identifier, library.uuid), LIBRARY_MODEL, library.title
    if entry.runtime_data.sessions.can_read_sessions:
        for account_id, name in followed_users(entry.options).items():
            yield user_identifier(machine_identifier, account_id), "User", name
