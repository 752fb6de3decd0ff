"""The device registry: one device for the server, each library and each followed user."""

from collections.abc import Iterator

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType

from .api import Library
from .const import DOMAIN
from .coordinator.libraries import ServerLibraries
from .options import followed_users
from .runtime_data import PlexPulseConfigEntry

MANUFACTURER = "Plex"
LIBRARY_MODEL = "Library"


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


@callback
def async_sync_devices(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, data: ServerLibraries
) -> None:
    """Create, rename and remove devices to match the server, its libraries and followed users.

    Must run before entities are added: they refer to their device by identifier only. What
    the server refuses to list keeps its device, with the user's settings.
    """
    registry = dr.async_get(hass)
    server = data.server
    server_device = registry.async_get_or_create(
        config_entry_id=entry.entry_id,
        configuration_url="https://app.plex.tv/desktop",
        entry_type=DeviceEntryType.SERVICE,
        identifiers={(DOMAIN, server.machine_identifier)},
        manufacturer=MANUFACTURER,
        model="Plex Media Server",
        name=server.name,
        sw_version=server.version,
    )
    current = {server_device.id}
    for identifier, model, name in _child_devices(entry, data):
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, identifier)},
            manufacturer=MANUFACTURER,
            model=model,
            name=f"{server.name} {name}",
            via_device_id=server_device.id,
        )
        current.add(device.id)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if device.id not in current and not _is_kept(device, entry, data):
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
def async_library_uuids(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
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
