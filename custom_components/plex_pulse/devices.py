"""The device registry: one device for the server, each library and each followed user."""

import asyncio
from collections.abc import Container, Iterable, Iterator
from functools import lru_cache
from itertools import batched
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType
from homeassistant.util import slugify

from .api import Library, ServerInfo
from .const import DOMAIN
from .coordinator.libraries import ServerLibraries
from .options import followed_users
from .runtime_data import PlexPulseConfigEntry

MANUFACTURER = "Plex"
LIBRARY_MODEL = "Library"
_MAX_SLUG_LENGTH: Final = 180
"""Characters of a device's name in the entity IDs of its entities, of 255 in total."""
_DEVICES_PER_SLICE: Final = 20
"""Devices that are registered, renamed or removed in one iteration of the event loop."""


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
    """Keeps the devices of an entry as the server, its libraries and followed users are.

    Registers new devices at once, because entities refer to them. Renames and removes devices
    in slices: each change also updates the entities of the device.
    """

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Start without devices."""
        self._hass = hass
        self._entry = entry
        self._server: ServerInfo | None = None
        self._server_device_id: str | None = None
        self._synced: dict[str, tuple[str, str]] = {}
        self._is_complete = False
        self._next_slice: asyncio.Handle | None = None

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
        self._entry.async_on_unload(libraries.async_add_listener(self.async_update))
        self._entry.async_on_unload(self._cancel_next_slice)
        self.async_update()

    @callback
    def async_update(self) -> None:
        """Register new devices, and rename and remove the devices that have changed."""
        is_incomplete = self._next_slice is not None
        self._cancel_next_slice()
        data = self._entry.runtime_data.libraries.data
        if data.server != self._server:
            self._register_server(data.server)
        children = {device[0]: device for device in _child_devices(self._entry, data)}
        changed = {
            identifier: device
            for identifier, device in children.items()
            if self._synced.get(identifier) != device[1:]
        }
        is_same = not changed and children.keys() == self._synced.keys()
        if is_same and data.is_complete is self._is_complete and not is_incomplete:
            return
        self._register(device for key, device in changed.items() if key not in self._synced)
        renamed = [device for key, device in changed.items() if self._synced[key] != device[1:]]
        self._register(renamed[:_DEVICES_PER_SLICE])
        removed = self._removed(data, children)
        registry = dr.async_get(self._hass)
        for device_id in removed[:_DEVICES_PER_SLICE]:
            registry.async_remove_device(device_id)
        if max(len(renamed), len(removed)) > _DEVICES_PER_SLICE:
            self._next_slice = self._hass.loop.call_soon(self.async_update)
        self._synced = {identifier: self._synced[identifier] for identifier in children}
        self._is_complete = data.is_complete

    def _cancel_next_slice(self) -> None:
        """Drop the scheduled slice."""
        if self._next_slice is not None:
            self._next_slice.cancel()
            self._next_slice = None

    def _register_server(self, server: ServerInfo) -> None:
        """Register or rename the server."""
        self._server = server
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            configuration_url="https://app.plex.tv/desktop",
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, server.machine_identifier)},
            manufacturer=MANUFACTURER,
            model="Plex Media Server",
            name=_device_name(server.name),
            sw_version=server.version,
        )
        self._server_device_id = device.id

    def _register(self, devices: Iterable[tuple[str, str, str]]) -> None:
        """Register or rename devices by identifier, model and name."""
        registry = dr.async_get(self._hass)
        for identifier, model, name in devices:
            registry.async_get_or_create(
                config_entry_id=self._entry.entry_id,
                entry_type=DeviceEntryType.SERVICE,
                identifiers={(DOMAIN, identifier)},
                manufacturer=MANUFACTURER,
                model=model,
                name=name,
                via_device_id=self._server_device_id,
            )
            self._synced[identifier] = (model, name)

    def _removed(self, data: ServerLibraries, current: Container[str]) -> list[str]:
        """Return the ids of the devices of libraries and users that are gone."""
        return [
            device.id
            for device in dr.async_entries_for_config_entry(
                dr.async_get(self._hass), self._entry.entry_id
            )
            if not any(
                domain == DOMAIN and (key == data.server.machine_identifier or key in current)
                for domain, key in device.identifiers
            )
            and not _is_kept(device, self._entry, data)
        ]


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
def async_server_device(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> dr.DeviceEntry | None:
    """Return the device of the server, None before it was added."""
    return next(
        (
            device
            for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
            if (DOMAIN, str(entry.unique_id)) in device.identifiers
        ),
        None,
    )


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


@lru_cache(maxsize=1_024)
def _device_name(name: str) -> str:
    """Return a name cut so that entity IDs made from it have room for the name of the entity.

    Home Assistant cuts a longer entity ID, and refuses it if it then ends with an underscore.
    """
    while len(slugify(name)) > _MAX_SLUG_LENGTH:
        name = name[: len(name) * 9 // 10].rstrip()
    return name


def _child_devices(
    entry: PlexPulseConfigEntry, data: ServerLibraries
) -> Iterator[tuple[str, str, str]]:
    """Yield identifier, model and name of each device that is connected via the server.

    The name of the server is part of each name.
    """
    machine_identifier = data.server.machine_identifier
    for library in data.libraries.values():
        identifier = library_identifier(machine_identifier, library.uuid)
        yield identifier, LIBRARY_MODEL, _device_name(f"{data.server.name} {library.title}")
    if entry.runtime_data.sessions.can_read_sessions:
        for account_id, name in followed_users(entry.options).items():
            identifier = user_identifier(machine_identifier, account_id)
            yield identifier, "User", _device_name(f"{data.server.name} {name}")
