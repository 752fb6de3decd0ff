"""A picture that follows what an entity is about, and is fetched only when looked at."""

from abc import abstractmethod
from typing import override

from homeassistant.components.image import ImageEntity
from homeassistant.core import callback
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util import dt as dt_util

from .api import MediaItem, ServerImage
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.sessions import SessionsCoordinator
from .entity import ServerDataEntity


class PosterImage[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], ImageEntity
):
    """The poster of an item; its state is since when it is that one."""

    def __init__(
        self, coordinator: CoordinatorT, description: EntityDescription, owner: str
    ) -> None:
        """Begin without a picture."""
        super().__init__(coordinator, description, owner)
        ImageEntity.__init__(self, coordinator.hass)
        self._poster: str | None = None
        self._shown: ServerImage | None = None

    @property
    @abstractmethod
    def _item(self) -> MediaItem | None:
        """Return whose poster it is now."""

    @override
    async def async_image(self) -> bytes | None:
        """Return the poster, the former one while it cannot be fetched, None without any."""
        if (poster := self._poster) is None:
            return None
        # While the server is away another one may have its address.
        if self.available:
            pictures = self.coordinator.config_entry.runtime_data.pictures
            picture = await pictures.async_get(poster)
            if picture is not None and poster == self._poster:
                self._shown = picture
                self._attr_content_type = picture.content_type
        return self._shown.content if self._shown is not None else None

    @override
    async def async_added_to_hass(self) -> None:
        """Begin with the poster there is."""
        self._follow()
        await super().async_added_to_hass()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Follow to another poster; the same one is not news."""
        self._follow()
        super()._handle_coordinator_update()

    def _follow(self) -> None:
        """Note which poster it is, and since when."""
        item = self._item
        poster = item.poster if item is not None else None
        if poster == self._poster:
            return
        self._poster = poster
        self._attr_image_last_updated = dt_util.utcnow() if poster is not None else None
        if poster is None:
            self._shown = None
