"""The pictures of a server, of its libraries and of the users that are followed."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .api import Library, MediaItem
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.sessions import SessionsCoordinator
from .entity import async_follow_libraries
from .image_poster import PosterImage
from .image_users import user_images
from .latest_entity import LatestEntity
from .runtime_data import PlexPulseConfigEntry, PlexPulseData
from .streams.selection import shown_session

# Pictures are fetched when they are looked at, one after the other.
PARALLEL_UPDATES = 0

LAST_ADDED_IMAGE: Final = ImageEntityDescription(key="last_added", translation_key="last_added")
NOW_PLAYING_IMAGE: Final = ImageEntityDescription(key="now_playing", translation_key="now_playing")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the pictures of a server, and those of its libraries as they come."""
    async_add_entities(_server_images(entry.runtime_data))
    async_add_entities(user_images(entry.runtime_data, NOW_PLAYING_IMAGE))
    async_follow_libraries(entry, async_add_entities, _library_images)


def _server_images(runtime: PlexPulseData) -> Iterator[ImageEntity]:
    """Return the pictures of the server, what plays only where the token may see it."""
    yield LastAddedImage(runtime.libraries, LAST_ADDED_IMAGE, None)
    if runtime.sessions.is_permitted:
        yield NowPlayingImage(runtime.sessions, NOW_PLAYING_IMAGE, runtime.machine_identifier)


def _library_images(coordinator: LibrariesCoordinator, library: Library) -> Iterator[ImageEntity]:
    """Return the picture of a library."""
    yield LastAddedImage(coordinator, LAST_ADDED_IMAGE, library)


class LastAddedImage(LatestEntity, PosterImage[LibrariesCoordinator]):
    """The poster of the item that was added last."""


class NowPlayingImage(PosterImage[SessionsCoordinator]):
    """The poster of what plays; of several streams the one that began last."""

    @property
    @override
    def _item(self) -> MediaItem | None:
        """Return what plays."""
        session = shown_session(self.coordinator.data)
        return session.item if session is not None else None
