"""Base entities: unique id, device, availability, and writing a state only if it changed."""

import asyncio
from collections.abc import Callable, Hashable, Iterable
from itertools import batched
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

_LIBRARIES_PER_SLICE: Final = 3
"""Libraries whose entities are added in one iteration of the event loop."""


class PlexPulseEntity[CoordinatorT: DataUpdateCoordinator[Any]](CoordinatorEntity[CoordinatorT]):
    """Base of all entities.

    The unique id is the identifier of the device, an underscore and the description's key.
    """

    _attr_has_entity_name = True

    def __init__(
        self,
        coordinator: CoordinatorT,
        description: EntityDescription,
        device_identifier: str,
        *,
        context: Hashable | None = None,
    ) -> None:
        """Initialize an entity of the device with that identifier.

        context: what the coordinator must read while this entity is enabled.
        """
        super().__init__(coordinator, context)
        self.entity_description = description
        self._attr_unique_id = f"{device_identifier}_{description.key}"
        self._attr_device_info = DeviceInfo(identifiers={(DOMAIN, device_identifier)})
        self._last_written: object = None

    @property
    @override
    def suggested_object_id(self) -> str | None:
        """Return the source of the entity id: English, and unchanged by renames."""
        if self.entity_description.key in _OBJECT_IDS:
            return _OBJECT_IDS[self.entity_description.key]
        return super().suggested_object_id

    @property
    def _state_fingerprint(self) -> object:
        """Return everything the state is written from, None while unavailable."""
        if not self.available:
            return None
        return (self.state, self.extra_state_attributes)

    @override
    async def async_added_to_hass(self) -> None:
        """Remember the state that Home Assistant writes when the entity is added."""
        await super().async_added_to_hass()
        self._last_written = self._state_fingerprint

    @callback
    def _listen_to(
        self, coordinator: DataUpdateCoordinator[Any], context: Hashable | None = None
    ) -> None:
        """Update the state after changes of a further coordinator, until the entity is removed."""
        self.async_on_remove(
            coordinator.async_add_listener(self._handle_coordinator_update, context)
        )

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write the state if it changed; most polls change nothing, and each write costs CPU."""
        if (fingerprint := self._state_fingerprint) != self._last_written:
            self._last_written = fingerprint
            self.async_write_ha_state()


class HealthEntity(PlexPulseEntity[HealthCoordinator]):
    """Base of the health entities; always available, to show an outage."""

    _attr_available = True

    @property
    @override
    def available(self) -> bool:
        """Return True, also during an outage."""
        return True


class ServerDataEntity[CoordinatorT: PlexPulseCoordinator[Any]](PlexPulseEntity[CoordinatorT]):
    """Base of the entities that show polled data; unavailable while the server is."""

    _was_connected = True

    @property
    @override
    def available(self) -> bool:
        """Return whether the data is up to date and the server is connected."""
        return self.coordinator.is_available and self.coordinator.health.data.connected

    @override
    async def async_added_to_hass(self) -> None:
        """Update the state also when the connection is lost or restored."""
        await super().async_added_to_hass()
        self._was_connected = self.coordinator.health.data.connected
        self.async_on_remove(self.coordinator.health.async_add_listener(self._async_health_changed))

    @callback
    def _async_health_changed(self) -> None:
        """Update on connected/disconnected only: health changes with every poll."""
        if (connected := self.coordinator.health.data.connected) is not self._was_connected:
            self._was_connected = connected
            self._handle_coordinator_update()


class LibraryEntity(ServerDataEntity[LibrariesCoordinator]):
    """Base of the entities of one library."""

    def __init__(
        self,
        coordinator: LibrariesCoordinator,
        description: EntityDescription,
        library: Library,
        *,
        context: CountKey | None = None,
    ) -> None:
        """Identify the library by its uuid, which stays when the library is renamed."""
        self._library_uuid = library.uuid
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
        """Return whether the server still has the library."""
        return super().available and self._library_uuid in self.coordinator.data.libraries

    @property
    def library(self) -> Library:
        """Return the library from the last poll."""
        return self.coordinator.data.libraries[self._library_uuid]


class RecentlyAddedEntity(ServerDataEntity[LibrariesCoordinator]):
    """Base of the entities that show the newest item of one library, or of all libraries."""

    _library_uuid: str | None = None
    """The library; None for all libraries. Set in the constructor of a subclass."""

    @override
    async def async_added_to_hass(self) -> None:
        """Update the state when the list of newest items changes, and request that list."""
        await super().async_added_to_hass()
        recently_added = self.coordinator.recently_added
        self._listen_to(
            recently_added, ALL_LIBRARIES if self._library_uuid is None else self._library_uuid
        )
        recently_added.async_read_pending()

    @property
    @override
    def available(self) -> bool:
        """Return whether the server still has the library."""
        has_library = (
            self._library_uuid is None or self._library_uuid in self.coordinator.data.libraries
        )
        return super().available and has_library

    @property
    def _item(self) -> MediaItem | None:
        """Return the newest item, None if there is none or it has not been read yet."""
        return self.coordinator.recently_added.newest(self._library_uuid)


async def async_add_library_entities(
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
    create: Callable[[LibrariesCoordinator, Library], Iterable[Entity]],
) -> None:
    """Add entities for each library, now and whenever a library appears.

    `create` returns the entities of one library. Some libraries at a time, so that the event
    loop runs in between: a server may have hundreds.
    """
    coordinator = entry.runtime_data.libraries
    known: set[str] = set()

    async def add_new() -> None:
        """Add entities of new libraries; one that vanished and comes back is new again."""
        new = sorted(coordinator.data.libraries.keys() - known)
        known.intersection_update(coordinator.data.libraries)
        known.update(new)
        for number, uuids in enumerate(batched(new, _LIBRARIES_PER_SLICE, strict=False)):
            if number:
                await asyncio.sleep(0)
            libraries = coordinator.data.libraries
            async_add_entities(
                entity
                for uuid in uuids
                if uuid in libraries
                for entity in create(coordinator, libraries[uuid])
            )

    @callback
    def libraries_changed() -> None:
        """Add entities of new libraries in the background."""
        if coordinator.data.libraries.keys() != known:
            # Not at once: the devices of the libraries were added in this iteration.
            entry.async_create_background_task(
                coordinator.hass, add_new(), f"{entry.title} new libraries", eager_start=False
            )

    entry.async_on_unload(coordinator.async_add_listener(libraries_changed))
    await add_new()
