"""A server after a reinstallation: other identifiers, other libraries, another token."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.simulator import PlexSimulator

from .config_flow_helpers import choose_form, submit

REINSTALLED_TOKEN = "canary-reinstalled-token"
MACHINE_IDENTIFIER = "fedcba9876543210fedcba9876543210fedcba98"


def reinstalled_server(clock: FreezerClock, *, keeps_database: bool = False) -> PlexSimulator:
    """Return the server of a new installation, not started.

    Its libraries were created in another order: their keys and uuids differ. There is no
    library "Kids Movies" any more, but a new one "Documentaries".
    """
    server = PlexSimulator(
        token=REINSTALLED_TOKEN,
        clock=clock.time,
        scenario="quiet",
        friendly_name="Harbour 2",
        machine_identifier=MACHINE_IDENTIFIER,
    )
    if keeps_database:
        return server
    library = server.library
    library.remove_section(library.section_titled("Kids Movies"))
    library.add_section("Documentaries", "movie")
    sections = list(reversed(library.sections.values()))
    library.sections.clear()
    for key, section in enumerate(sections, start=1):
        section.key = key
        section.uuid = str(uuid5(NAMESPACE_URL, f"reinstalled-{section.title}"))
        library.sections[key] = section
    server.sessions.history.clear()
    return server


async def offer_take_over(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    server: PlexSimulator,
    token: str = REINSTALLED_TOKEN,
) -> ConfigFlowResult:
    """Return what follows when the address and a token of another server are entered."""
    menu = await entry.start_reconfigure_flow(hass)
    form = await choose_form(hass, menu, "reconfigure_manual")
    return await submit(hass, form, url=server.url, token=token, verify_ssl=True)


def entities_of(hass: HomeAssistant, entry: MockConfigEntry) -> Mapping[str, er.RegistryEntry]:
    """Return the registered entities by entity id."""
    registry = er.async_get(hass)
    return {
        entity.entity_id: entity
        for entity in er.async_entries_for_config_entry(registry, entry.entry_id)
    }


def devices_of(hass: HomeAssistant, entry: MockConfigEntry) -> Mapping[str, dr.DeviceEntry]:
    """Return the registered devices by id."""
    registry = dr.async_get(hass)
    return {
        device.id: device for device in dr.async_entries_for_config_entry(registry, entry.entry_id)
    }
