"""The servers that a user may see, and their libraries."""

from collections.abc import Collection, Iterator
from typing import Final

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..api import LibraryKind, Record
from ..const import DOMAIN
from ..devices import LIBRARY_MODEL, async_server_device
from ..rights import may_read
from ..runtime_data import PlexPulseConfigEntry

_KIND_KEYS: Final = {
    "movies": LibraryKind.MOVIES,
    "shows": LibraryKind.SHOWS,
    "artists": LibraryKind.MUSIC,
    "photos": LibraryKind.PHOTOS,
    "videos": LibraryKind.VIDEOS,
}
"""Key of a count that only libraries of one kind have."""

NO_SERVER: Final = {"entry_id": "", "name": "", "error": "no_server"}
"""In place of a server that failed, for a user who may read none."""
NO_RIGHTS: Final = "no_rights"
"""Error code of a list that the user, or the account of the server, may not read."""


class DashboardLibrary(Record):
    """A library, known from the server or, before it was read, from the registries.

    id: the uuid, which stays when the library is renamed. key: None if unknown.
    """

    id: str
    key: str | None
    title: str
    kind: LibraryKind

    def is_named(self, name: str) -> bool:
        """Return whether `name` is the id, the key or the title."""
        return name in {self.id, self.key, self.title}


@callback
def readable_entries(
    hass: HomeAssistant, user: User, requested: Collection[str] = ()
) -> list[PlexPulseConfigEntry]:
    """Return the entries that a user may read: all enabled ones, or those of `requested`."""
    entries: list[PlexPulseConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False
    )
    return [
        entry
        for entry in entries
        if (entry.entry_id in requested if requested else entry.disabled_by is None)
        and may_read(hass, user, entry)
    ]


@callback
def libraries_of(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> list[DashboardLibrary]:
    """Return the libraries of a server, in the order of the server."""
    if entry.state is not ConfigEntryState.LOADED:
        return sorted(
            _registered_libraries(hass, entry), key=lambda library: library.title.casefold()
        )
    return [
        DashboardLibrary(id=library.uuid, key=library.key, title=library.title, kind=library.kind)
        for library in entry.runtime_data.libraries.data.libraries.values()
    ]


def _registered_libraries(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> Iterator[DashboardLibrary]:
    """Yield the libraries that have a device."""
    prefix = f"{entry.unique_id}_"
    device = async_server_device(hass, entry)
    server = (device.name if device is not None else None) or ""
    for device in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id):
        if device.model != LIBRARY_MODEL:
            continue
        for domain, identifier in device.identifiers:
            if domain == DOMAIN and identifier.startswith(prefix):
                yield DashboardLibrary(
                    id=identifier.removeprefix(prefix),
                    key=None,
                    title=(device.name or identifier).removeprefix(f"{server} "),
                    kind=_registered_kind(hass, identifier),
                )


def _registered_kind(hass: HomeAssistant, identifier: str) -> LibraryKind:
    """Return the kind of a library by the entities that it has."""
    registry = er.async_get(hass)
    for key, kind in _KIND_KEYS.items():
        if registry.async_get_entity_id(Platform.SENSOR, DOMAIN, f"{identifier}_{key}"):
            return kind
    return LibraryKind.OTHER
