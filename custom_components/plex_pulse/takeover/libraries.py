"""Match the libraries of an entry with those of the server that takes it over."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..api import Library, LibraryKind, Record
from ..const import DOMAIN
from ..devices import LIBRARY_MODEL, async_server_device, library_identifier
from ..runtime_data import PlexPulseConfigEntry

_KINDS: Final = {
    "photos": LibraryKind.PHOTOS,
    "movies": LibraryKind.MOVIES,
    "shows": LibraryKind.SHOWS,
    "artists": LibraryKind.MUSIC,
    "videos": LibraryKind.VIDEOS,
}
"""The kind of a library by the key of one of its sensors; photo libraries count videos, too."""


class FormerLibrary(Record):
    """A library that the entry has a device for; the server need not answer any more."""

    uuid: str
    title: str
    kind: LibraryKind

    @property
    def match_key(self) -> tuple[LibraryKind, str]:
        """Return what the same library of another installation has in common with it."""
        return (self.kind, self.title.casefold())


class LibraryMatches(Record):
    """Which libraries of the new server continue which of the old one.

    kept: the new library by the uuid of the old one. removed, added: the others.
    """

    kept: dict[str, Library]
    removed: list[FormerLibrary]
    added: list[Library]


@callback
def async_former_libraries(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> list[FormerLibrary]:
    """Return the libraries of an entry in the order in which they were added.

    Read from the registries: the old server is often gone before the new one is set up.
    """
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    machine_identifier = str(entry.unique_id)
    server = async_server_device(hass, entry)
    server_name = (server.name if server is not None else None) or ""
    found: list[FormerLibrary] = []
    for device in devices:
        uuid = _uuid(device, machine_identifier)
        if device.model != LIBRARY_MODEL or uuid is None:
            continue
        kind = _kind(hass, device, library_identifier(machine_identifier, uuid))
        title = (device.name or "").removeprefix(f"{server_name} ")
        found.append(FormerLibrary(uuid=uuid, title=title, kind=kind))
    return found


def match_libraries(
    former: Iterable[FormerLibrary], libraries: Iterable[Library]
) -> LibraryMatches:
    """Match libraries by uuid, else by type and title.

    The uuid is the same if the new installation uses the old database. Libraries that have
    type and title in common with others are matched in their order, if there are as many on
    both sides; else it is open which is which, and none of them is matched.
    """
    new_by_uuid = {library.uuid: library for library in libraries}
    kept: dict[str, Library] = {}
    old_groups: defaultdict[tuple[LibraryKind, str], list[FormerLibrary]] = defaultdict(list)
    new_groups: defaultdict[tuple[LibraryKind, str], list[Library]] = defaultdict(list)
    every = list(former)
    for old in every:
        if (same := new_by_uuid.pop(old.uuid, None)) is not None:
            kept[old.uuid] = same
        else:
            old_groups[old.match_key].append(old)
    for library in new_by_uuid.values():
        new_groups[library.kind, library.title.casefold()].append(library)
    for key, olds in old_groups.items():
        if len(olds) == len(news := new_groups.get(key, [])):
            kept |= {old.uuid: new for old, new in zip(olds, news, strict=True)}
    continued = {library.uuid for library in kept.values()}
    return LibraryMatches(
        kept=kept,
        removed=[old for old in every if old.uuid not in kept],
        added=[library for library in new_by_uuid.values() if library.uuid not in continued],
    )


def _uuid(device: dr.DeviceEntry, machine_identifier: str) -> str | None:
    """Return the uuid of the library of a device, None for another device."""
    prefix = library_identifier(machine_identifier, "")
    return next(
        (
            identifier.removeprefix(prefix)
            for domain, identifier in device.identifiers
            if domain == DOMAIN and identifier.startswith(prefix)
        ),
        None,
    )


def _kind(hass: HomeAssistant, device: dr.DeviceEntry, identifier: str) -> LibraryKind:
    """Return the kind of a library, by the sensors that its device has."""
    entities = er.async_entries_for_device(
        er.async_get(hass), device.id, include_disabled_entities=True
    )
    keys = {entity.unique_id.removeprefix(f"{identifier}_") for entity in entities}
    return next((kind for key, kind in _KINDS.items() if key in keys), LibraryKind.OTHER)
