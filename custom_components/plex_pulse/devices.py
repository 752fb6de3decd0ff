"""One device for the server, each of its libraries and each followed user, kept as they are."""

from collections.abc import Iterator

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType

from .const import DOMAIN
from .coordinator.libraries import ServerLibraries
from .options import followed_users
from .runtime_data import PlexPulseConfigEntry

MANUFACTURER = "Plex"


def library_identifier(machine_identifier: str, uuid: str) -> str:
    """Return what names a library's device, and begins its entities' unique ids."""
    return f"{machine_identifier}_{uuid}"


def user_identifier(machine_identifier: str, account_id: str) -> str:
    """Return what names a followed user's device, and begins its entities' unique ids."""
    return f"{machine_identifier}_{account_id}"


@callback
def async_sync_devices(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, data: ServerLibraries
) -> None:
    """Register, rename and remove devices until they are what is there.

    Runs before entities are added, which only name the device they belong to.
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
    kept = {server_device.id}
    for identifier, model, name in _parts(entry, data):
        device = registry.async_get_or_create(
            config_entry_id=entry.entry_id,
            entry_type=DeviceEntryType.SERVICE,
            identifiers={(DOMAIN, identifier)},
            manufacturer=MANUFACTURER,
            model=model,
            name=f"{server.name} {name}",
            via_device_id=server_device.id,
        )
        kept.add(device.id)
    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        if device.id not in kept:
            registry.async_remove_device(device.id)


def _parts(entry: PlexPulseConfigEntry, data: ServerLibraries) -> Iterator[tuple[str, str, str]]:
    """Yield identifier, model and name of what has a device via the server's."""
    machine_identifier = data.server.machine_identifier
    for library in data.libraries.values():
        yield library_identifier(machine_identifier, library.uuid), "Library", library.title
    if entry.runtime_data.sessions.can_read_sessions:
        for account_id, name in followed_users(entry.options).items():
            yield user_identifier(machine_identifier, account_id), "User", name
