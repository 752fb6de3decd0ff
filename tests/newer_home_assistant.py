"""Let the pinned test package work with a newer Home Assistant; see `scripts/test --newest`.

pytest loads this module before the plugins of installed packages.
"""

from typing import Any, Final

# First: it replaces httpx, which another plugin imports.
import homeassistant  # noqa: F401 - for the side effects of the import
from homeassistant.components import image, logger
from homeassistant.components.logger import helpers
from homeassistant.helpers import entity_registry as er, restore_state
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotSerializer

# The test package imports it from `logger`; since 2026.11 only `logger.helpers` has it.
MOVED: Final = "_clear_logger_overwrites"
# Patched by tests of images; since 2026.11 only `image.entity` has it.
RANDOM: Final = "_RND"
# Of registry entries since 2026.11; the snapshots are those of the pinned version.
NEW_FIELD: Final = "compat_name"
SERIALIZE: Final = "_serializable_entity_registry_entry"

vars(logger).setdefault(MOVED, vars(helpers)[MOVED])
vars(image).setdefault(RANDOM, vars(vars(image)["entity"])[RANDOM])

_serialize: Final = getattr(HomeAssistantSnapshotSerializer, SERIALIZE)


def _serialize_without_new_field(data: er.RegistryEntry) -> Any:  # noqa: ANN401 - as the original
    """Return an entry as the snapshots of the pinned version have it."""
    serialized = _serialize(data)
    serialized.pop(NEW_FIELD, None)
    return serialized


setattr(HomeAssistantSnapshotSerializer, SERIALIZE, staticmethod(_serialize_without_new_field))


def _set_last_states(data: Any, states: Any) -> None:  # noqa: ANN401 - private types
    """Store states that the test package restores, as since 2026.11 `async_setup` does."""
    data.last_states_by_entity_id = states
    data.hass.bus.async_listen(
        er.EVENT_ENTITY_REGISTRY_UPDATED,
        data._async_entity_registry_entry_created,  # noqa: SLF001
        event_filter=vars(restore_state)["_entity_registry_entry_created_filter"],
    )


if "_entity_registry_entry_created_filter" in vars(restore_state):
    states = property(lambda data: data.last_states_by_entity_id, _set_last_states)
    setattr(restore_state.RestoreStateData, "last_states", states)  # noqa: B010 - it has none
