"""Devices and entities that are renamed when another server takes an entry over."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.takeover.registries import (
    async_rename_registries,
    rename_prefixes,
)


def _names(hass: HomeAssistant, entry: MockConfigEntry) -> tuple[set[tuple[str, str]], set[str]]:
    """Return the identifiers of the devices and the unique ids of the entities."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return (
        {identifier for device in devices for identifier in device.identifiers},
        {entity.unique_id for entity in entities},
    )


async def test_devices_and_entities_of_other_names_stay(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    """A name that begins with the same characters is another one."""
    for name in ("old", "older"):
        device = dr.async_get(hass).async_get_or_create(
            config_entry_id=entry.entry_id, identifiers={(DOMAIN, name), ("other", f"old_{name}")}
        )
        er.async_get(hass).async_get_or_create(
            "sensor", DOMAIN, f"{name}_streams", config_entry=entry, device_id=device.id
        )
    saved = _names(hass, entry)
    revert = async_rename_registries(hass, entry, rename_prefixes({"old": "new"}))
    assert _names(hass, entry) == (
        {(DOMAIN, "new"), ("other", "old_old"), (DOMAIN, "older"), ("other", "old_older")},
        {"new_streams", "older_streams"},
    )
    revert()
    assert _names(hass, entry) == saved
