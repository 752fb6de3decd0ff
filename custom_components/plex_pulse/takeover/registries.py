"""Rename the devices and the unique ids of the entities of an entry."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er

from ..const import DOMAIN
from ..runtime_data import PlexPulseConfigEntry

type Rename = Callable[[str], str]
"""Returns the new device identifier or unique id for an old one."""


def rename_prefixes(prefixes: Mapping[str, str]) -> Rename:
    """Return a function that replaces the longest of the prefixes.

    A prefix is a device identifier, which is the whole name or is followed by an underscore.
    """
    longest_first = sorted(prefixes, key=len, reverse=True)

    def rename(name: str) -> str:
        """Return the new name."""
        for prefix in longest_first:
            if name == prefix or name.startswith(f"{prefix}_"):
                return prefixes[prefix] + name.removeprefix(prefix)
        return name

    return rename


@callback
def async_rename_registries(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, rename: Rename
) -> Callable[[], None]:
    """Rename devices and entities in one step, and return what undoes it.

    Raises:
        HomeAssistantError: an identifier is in use by another device; nothing is changed.
        ValueError: a unique id is in use by another entity; nothing is changed.

    """
    undo: list[Callable[[], None]] = []

    def revert() -> None:
        """Restore the former names, the last one first."""
        while undo:
            undo.pop()()

    try:
        _rename_devices(hass, entry, rename, undo)
        _rename_entities(hass, entry, rename, undo)
    except Exception:
        revert()
        raise
    return revert


def _rename_devices(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, rename: Rename, undo: list[Callable[[], None]]
) -> None:
    """Rename the devices, and add what undoes each to `undo`."""
    registry = dr.async_get(hass)

    def set_identifiers(device_id: str, identifiers: Iterable[tuple[str, str]]) -> None:
        """Replace the identifiers of a device."""
        registry.async_update_device(device_id, new_identifiers=set(identifiers))

    for device in dr.async_entries_for_config_entry(registry, entry.entry_id):
        old = frozenset(device.identifiers)
        new = {
            (domain, rename(identifier) if domain == DOMAIN else identifier)
            for domain, identifier in old
        }
        if new != old:
            set_identifiers(device.id, new)
            undo.append(partial(set_identifiers, device.id, old))


def _rename_entities(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, rename: Rename, undo: list[Callable[[], None]]
) -> None:
    """Rename the unique ids of the entities, and add what undoes each to `undo`."""
    registry = er.async_get(hass)

    def set_unique_id(entity_id: str, unique_id: str) -> None:
        """Replace the unique id of an entity."""
        registry.async_update_entity(entity_id, new_unique_id=unique_id)

    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        if (new := rename(entity.unique_id)) != entity.unique_id:
            set_unique_id(entity.entity_id, new)
            undo.append(partial(set_unique_id, entity.entity_id, entity.unique_id))
