"""What all entities share: names, availability, and writing only what is new."""

from collections.abc import Callable, Hashable, Iterable
from typing import Any, Final, override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceInfo
from homeassistant.helpers.entity import Entity, EntityDescription
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.update_coordinator import CoordinatorEntity, DataUpdateCoordinator

from .api import Library, MediaItem
from .const import DOMAIN
from .coordinator.base import PlexPulseCoordinator
from .coordinator.health import HealthCoordinator
from .coordinator.item_counts import CountKey
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.recently_added import ALL_LIBRARIES
from .devices import library_identifier
from .runtime_data import PlexPulseConfigEntry

_OBJECT_IDS: Final = {
    "host_cpu": "Host CPU",
    "host_memory": "Host memory",
    "process_cpu": "Process CPU",
    "process_memory": "Process memory",
    "push": "Push",
    "server": "Server",
}
"""Suggested object ids of entities that were renamed, by key, so that entity ids stay."""


class PlexPulseEntity[CoordinatorT: DataUpdateCoordinator[Any]](CoordinatorEntity[CoordinatorT]):
    """An entity of one server; `owner` begins its unique id and names its device."""

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CoordinatorT,
        description: EntityDescription,
        owner: str,
        *,
        context: Hashable | None = None,
    ) -> None:
        """Belong to the device of that identifier."""
        super().__init__(coordinator, context)
        self.entity_description = description
        self._attr_unique_id = f"{owner}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, owner)})
        self._written: object = None

    @property
    @override
    def suggested_object_id(self) -> str | None:
        """Return the name that the entity id is made of: English, and kept over renames."""
        if self.entity_description.key in _OBJECT_IDS:
            return _OBJECT_IDS[self.entity_description.key]
        return super().suggested_object_id

    @property
    def _reading(self) -> object:
        """Return all that a state is made of."""
        if not self.available:
            return None
        return (self.state, self.extra_state_attributes)

    @override
    async def async_added_to_hass(self) -> None:
        """Remember what the state begins with."""
        await super().async_added_to_hass()
        self._written = self._reading

    @callback
    def _listen_to(
        self, coordinator: DataUpdateCoordinator[Any], context: Hashable | None = None
    ) -> None:
        """Have the state written when something changes there, too."""
        self.async_on_remove(
            coordinator.async_add_listener(self._handle_coordinator_update, context)
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state only if it reads differently; most polls bring nothing new."""
        if (reading := self._reading) != self._written:
            self._written = reading
            self.async_write_ha_state()


class HealthEntity(PlexPulseEntity[HealthCoordinator]):
    """Tells how the talk with the server goes, and so never goes away with it."""

    _attr_available = True

    @property
    @override
    def available(self) -> bool:
        """Return True: while the server is away this is what people look at."""
        return True


class ServerDataEntity[CoordinatorT: PlexPulseCoordinator[Any]](PlexPulseEntity[CoordinatorT]):
    """Shows what a poll brought, for as long as the server is there."""

    _was_connected = True

    @property
    @override
    def available(self) -> bool:
        """Return whether poll and server are well."""
        return super().available and self.coordinator.health.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Listen for the server going away and coming back, too."""
        await super().async_added_to_hass()
        self._was_connected = self.coordinator.health.data.connected
        self.async_on_remove(self.coordinator.health.async_add_listener(self._async_health_changed))

    @callback
    def _async_health_changed(self) -> None:
        """Follow that alone: health changes with every poll, and there are many entities."""
        if (connected := self.coordinator.health.data.connected) is not self._was_connected:
            self._was_connected = connected
            self._handle_coordinator_update()


class LibraryEntity(ServerDataEntity[LibrariesCoordinator]):
    """Shows something of one library."""

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: EntityDescription,
        library: Library,
        *,
        context: CountKey | None = None,
    ) -> None:
        """Follow the library by its uuid, over renames."""
        self._uuid = library.uuid
        machine_identifier = coordinator.data.server.machine_identifier
        super().__init__(
            coordinator,
            description,
            library_identifier(machine_identifier, library.uuid),
            context=context,
        )

    @property
    @override
    def available(self) -> bool:
        """Return whether the library is still there."""
        return super().available and self._uuid in self.coordinator.data.libraries

    @property
    def library(self) -> Library:
        """Return the library as it was read last."""
        return self.coordinator.data.libraries[self._uuid]


class RecentlyAddedEntity(ServerDataEntity[LibrariesCoordinator]):
    """Shows something of the item that was added last, to one library or to any."""

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: EntityDescription,
        library: Library | None,
    ) -> None:
        """Belong to the library's device, or to the server's."""
        owner = coordinator.machine_identifier
        if library is not None:
            owner = library_identifier(owner, library.uuid)
        super().__init__(coordinator, description, owner)
        self._uuid = library.uuid if library is not None else None

    @override
    async def async_added_to_hass(self) -> None:
        """Listen to the lists as well, which follow the libraries."""
        await super().async_added_to_hass()
        latest = self.coordinator.recently_added
        self._listen_to(latest, ALL_LIBRARIES if self._uuid is None else self._uuid)
        latest.async_read_pending()

    @property
    @override
    def available(self) -> bool:
        """Return whether the library is still there."""
        is_there = self._uuid is None or self._uuid in self.coordinator.data.libraries
        return super().available and is_there

    @property
    def _item(self) -> MediaItem | None:
        """Return the item, None while there is none or it is not known."""
        return self.coordinator.recently_added.newest(self._uuid)


@callback
def async_follow_libraries(
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[LibrariesCoordinator, Library], Iterable[Entity]],
) -> None:
    """Add entities for the libraries there are, and for each that appears later."""
    coordinator = entry.runtime_data.libraries
    known: set[str] = set()

    @callback
    def add_new() -> None:
        """Add what is new; what has vanished may come back and is then new again."""
        libraries = coordinator.data.libraries
        new = libraries.keys() - known
        known.clear()
        known.update(libraries)
        async_add_entities(
            entity for uuid in sorted(new) for entity in create(coordinator, libraries[uuid])
        )

    add_new()
    entry.async_on_unload(coordinator.async_add_listener(add_new))
