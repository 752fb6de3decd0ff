"""The catalogue of entities that the demo expects of a server."""

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from scripts.demo_support.catalogue import DEVICES
from scripts.demo_support.entities import Entity
from tests.simulator.users_and_players import JUNIPER, KESTREL

from .followed_users import follow_users


@pytest.fixture
async def entities(
    hass: HomeAssistant,
    all_entities_enabled: None,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> list[Entity]:
    """Return all entities of a server with every kind of library and two followed users."""
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    entities = []
    for entry in er.async_entries_for_config_entry(entity_registry, loaded_entry.entry_id):
        assert entry.device_id is not None
        assert entry.translation_key is not None
        device = device_registry.async_get(entry.device_id)
        assert device is not None
        assert device.name is not None
        state = hass.states.get(entry.entity_id)
        assert state is not None
        entities.append(
            Entity(
                entity_id=entry.entity_id,
                unique_id=entry.unique_id,
                translation_key=entry.translation_key,
                device=device.name,
                state=state.state,
                attributes=state.attributes,
            )
        )
    return sorted(entities, key=lambda entity: (entity.device, entity.entity_id))


def test_the_catalogue_of_the_demo_has_every_entity(entities: list[Entity]) -> None:
    by_device: dict[str, set[str]] = {}
    for entity in entities:
        by_device.setdefault(entity.device, set()).add(entity.key)
    assert set(DEVICES) == {frozenset(keys) for keys in by_device.values()}
