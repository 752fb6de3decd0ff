"""Recorder platform: the statistics of sensors whose unit has changed go on."""

from typing import Final

from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN

_SENSORS: Final = ("active_streams", "transcodes")
"""Counts of streams: they had a unit, which read "1 streams"."""
_FORMER_UNITS: Final = (
    "streams",
    "Streams",
    "flussi",
    "flux",
    "streamy",
    "strumieni",
    "strömmar",
    "strømmer",
    "transmisiones",
    "ストリーム",
    "个串流",
)
"""The unit in the languages of Home Assistant: statistics have that of their first day."""


@callback
def async_custom_equivalent_units(hass: HomeAssistant) -> dict[str, dict[str | None, str]]:
    """Return by entity id which units mean the same.

    Without it Home Assistant would no longer compile statistics for users of earlier
    versions, and raise a repair.
    """
    registry = er.async_get(hass)
    units: dict[str | None, str] = dict.fromkeys((None, *_FORMER_UNITS), _FORMER_UNITS[0])
    return {
        entity_id: units
        for entry in hass.config_entries.async_entries(DOMAIN)
        for key in _SENSORS
        if (
            entity_id := registry.async_get_entity_id(
                Platform.SENSOR, DOMAIN, f"{entry.unique_id}_{key}"
            )
        )
    }
