"""Binary sensors: connection, live updates, remote access, and scans of libraries."""

from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.binary_sensor import (
    BinarySensorDeviceClass,
    BinarySensorEntity,
    BinarySensorEntityDescription,
)
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Library
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.server_status import Feature, ServerStatusCoordinator
from .entity import HealthEntity, LibraryEntity, ServerDataEntity, async_add_library_entities
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime

# No limit: coordinators read all data, entities send no requests.
PARALLEL_UPDATES = 0


CONNECTED: Final = BinarySensorEntityDescription(
    key="connected",
    translation_key="connected",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
)
PUSH: Final = BinarySensorEntityDescription(
    key="push",
    translation_key="push",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
    entity_category=EntityCategory.DIAGNOSTIC,
)

REMOTE_ACCESS: Final = BinarySensorEntityDescription(
    key="remote_access",
    translation_key="remote_access",
    device_class=BinarySensorDeviceClass.CONNECTIVITY,
)

SCANNING: Final = BinarySensorEntityDescription(
    key="scanning",
    translation_key="scanning",
    device_class=BinarySensorDeviceClass.RUNNING,
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the binary sensors of a server, and of each library when it appears."""
    health, machine_identifier = entry.runtime_data.health, entry.runtime_data.machine_identifier
    async_add_entities(
        [
            ConnectedBinarySensor(health, CONNECTED, machine_identifier),
            PushBinarySensor(health, PUSH, machine_identifier),
        ]
    )
    await async_add_library_entities(entry, async_add_entities, _library_binary_sensors)

    @callback
    def add_remote_access() -> None:
        """Add the sensor; not every server and token provides remote access."""
        async_add_entities([RemoteAccessBinarySensor(entry.runtime_data)])

    entry.runtime_data.server_status.async_add_when_available(
        Feature.REMOTE_ACCESS, add_remote_access
    )


def _library_binary_sensors(
    coordinator: LibrariesCoordinator, library: Library
) -> Iterator[BinarySensorEntity]:
    """Yield the binary sensors of one library."""
    yield ScanningBinarySensor(coordinator, SCANNING, library)


class ConnectedBinarySensor(HealthEntity, BinarySensorEntity):
    """Whether the server answers."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it does."""
        return self.coordinator.data.connected


class PushBinarySensor(HealthEntity, BinarySensorEntity):
    """Whether the websocket is connected."""

    @property
    @override
    def is_on(self) -> bool:
        """Return whether it is."""
        return self.coordinator.data.push


class RemoteAccessBinarySensor(ServerDataEntity[ServerStatusCoordinator], BinarySensorEntity):
    """Whether the server can be reached from the internet."""

    def __init__(self, runtime: PlexPulseRuntime) -> None:
        """Let the coordinator read remote access while this entity is enabled."""
        super().__init__(
            runtime.server_status,
            REMOTE_ACCESS,
            runtime.machine_identifier,
            context=Feature.REMOTE_ACCESS,
        )

    @property
    @override
    def available(self) -> bool:
        """Return whether the server provides remote access data."""
        return (
            super().available and Feature.REMOTE_ACCESS not in self.coordinator.unavailable_features
        )

    @property
    @override
    def is_on(self) -> bool | None:
        """Return the result of the server's own check, None while it has none."""
        remote_access = self.coordinator.data.remote_access
        return remote_access.is_reachable if remote_access is not None else None


class ScanningBinarySensor(LibraryEntity, BinarySensorEntity):
    """Whether the server scans a library."""

    # Not recorded: the progress has no value once the scan has ended.
    _unrecorded_attributes = frozenset({"progress"})

    @override
    async def async_added_to_hass(self) -> None:
        """Update the state also when a push notification reports a scan."""
        await super().async_added_to_hass()
        self._listen_to(self.coordinator.activities)

    @property
    @override
    def is_on(self) -> bool:
        """Return whether the library is being scanned."""
        return self.coordinator.activities.data.is_scanning(self.library)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, int | None]:
        """Return the progress of the scan in percent, None if unknown."""
        return {"progress": self.coordinator.activities.data.scans.get(self.library.key)}
