"""What entities about the item added last have in common."""

from typing import override

from homeassistant.helpers.entity import EntityDescription

from .api import Library, MediaItem
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.recently_added import ALL_LIBRARIES
from .devices import library_identifier
from .entity import ServerDataEntity


class LatestEntity(ServerDataEntity[LibrariesCoordinator]):
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
        latest = self.coordinator.latest
        self._listen_to(latest, ALL_LIBRARIES if self._uuid is None else self._uuid)
        latest.async_want()

    @property
    @override
    def available(self) -> bool:
        """Return whether the library is still there."""
        is_there = self._uuid is None or self._uuid in self.coordinator.data.libraries
        return super().available and is_there

    @property
    def _item(self) -> MediaItem | None:
        """Return the item, None while there is none or it is not known."""
        return self.coordinator.latest.newest(self._uuid)
