"""Image entities: posters of the newest items and of current playback."""

from abc import abstractmethod
from collections.abc import Iterator
from functools import partial
from typing import Final, override

from homeassistant.components.image import ImageEntity, ImageEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .api import Library, MediaItem, ServerImage
from .coordinator.libraries import LibrariesCoordinator
from .coordinator.sessions import SessionsCoordinator
from .devices import recently_added_identifier, user_identifier
from .entity import RecentlyAddedEntity, ServerDataEntity, async_add_library_entities
from .image_cache import ImageCache, Poster
from .options import followed_users
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .streams.selection import primary_session, sessions_of

# No limit: an image is fetched when it is viewed; ImageCache fetches one at a time.
PARALLEL_UPDATES = 0

LAST_ADDED_IMAGE: Final = ImageEntityDescription(key="last_added", translation_key="last_added")
NOW_PLAYING_IMAGE: Final = ImageEntityDescription(key="now_playing", translation_key="now_playing")


async def async_setup_entry(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Add the images of a server and its followed users, and of each library when it appears."""
    runtime = entry.runtime_data
    async_add_entities(_server_images(runtime))
    async_add_entities(_user_images(runtime))
    await async_add_library_entities(
        entry, async_add_entities, partial(_library_images, runtime.image_cache)
    )


def _server_images(runtime: PlexPulseRuntime) -> Iterator[ImageEntity]:
    """Yield the images of the server; now playing only if the token can read sessions."""
    yield LastAddedImage(runtime.libraries, None, runtime.image_cache)
    if runtime.sessions.can_read_sessions:
        yield NowPlayingImage(
            runtime.sessions, NOW_PLAYING_IMAGE, runtime.machine_identifier, runtime.image_cache
        )


def _library_images(
    image_cache: ImageCache, coordinator: LibrariesCoordinator, library: Library
) -> Iterator[ImageEntity]:
    """Yield the images of one library."""
    yield LastAddedImage(coordinator, library, image_cache)


def _user_images(runtime: PlexPulseRuntime) -> Iterator[ImageEntity]:
    """Yield one image for each followed user, none if the token cannot read sessions."""
    sessions = runtime.sessions
    if sessions.can_read_sessions:
        for account_id in followed_users(sessions.config_entry.options):
            yield UserNowPlayingImage(sessions, account_id, runtime.image_cache)


class PosterImage[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], ImageEntity
):
    """Base of the posters; the state is when the poster last changed."""

    def __init__(
        self,
        coordinator: CoordinatorT,
        description: ImageEntityDescription,
        device_identifier: str,
        image_cache: ImageCache,
    ) -> None:
        """Initialize without a poster."""
        super().__init__(coordinator, description, device_identifier)
        ImageEntity.__init__(self, coordinator.hass)
        self._image_cache = image_cache
        self._poster: Poster | None = None
        self._last_image: ServerImage | None = None

    @property
    @abstractmethod
    def _item(self) -> MediaItem | None:
        """Return the item to show, None if there is none."""

    @override
    async def async_image(self) -> bytes | None:
        """Return the poster, None if there is none or it cannot be fetched.

        One that was fetched is still returned during an outage.
        """
        if (poster := self._poster) is None:
            return None
        # During an outage another server may have the address: do not send it the token.
        if self.available:
            image = await self._image_cache.async_get(poster)
            if image is not None and poster == self._poster:
                self._last_image = image
                self._attr_content_type = image.content_type
        return self._last_image.content if self._last_image is not None else None

    @override
    async def async_added_to_hass(self) -> None:
        """Set the poster before the first state is written."""
        self._update_poster()
        await super().async_added_to_hass()

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Update the poster, then write the state if it changed."""
        self._update_poster()
        super()._handle_coordinator_update()

    def _update_poster(self) -> None:
        """Store the current poster, and the time if it differs from the last one."""
        before, self._poster = self._poster, Poster.of(self._item)
        poster = self._poster
        # The episodes of a show differ only in the images that replace a missing one.
        if (poster and poster.paths[0]) == (before and before.paths[0]):
            return
        self._attr_image_last_updated = dt_util.utcnow() if poster is not None else None
        # The former image would be the wrong one for this state.
        self._last_image = None


class LastAddedImage(RecentlyAddedEntity, PosterImage[LibrariesCoordinator]):
    """The poster of the item that was added last."""

    def __init__(
        self, coordinator: LibrariesCoordinator, library: Library | None, image_cache: ImageCache
    ) -> None:
        """Initialize for one library, or for all libraries of the server."""
        super().__init__(
            coordinator,
            LAST_ADDED_IMAGE,
            recently_added_identifier(coordinator.machine_identifier, library),
            image_cache,
        )
        self._library_uuid = library.uuid if library is not None else None
        # Home Assistant writes a state of each image every five minutes.
        self._attr_entity_registry_enabled_default = library is None


class NowPlayingImage(PosterImage[SessionsCoordinator]):
    """The poster of the server's primary session."""

    @property
    @override
    def _item(self) -> MediaItem | None:
        """Return the item of the primary session."""
        session = primary_session(self.coordinator.data)
        return session.item if session is not None else None


class UserNowPlayingImage(PosterImage[SessionsCoordinator]):
    """The poster of the stream that the now playing sensor of the user shows."""

    def __init__(
        self, coordinator: SessionsCoordinator, account_id: str, image_cache: ImageCache
    ) -> None:
        """Initialize for one followed user."""
        device_identifier = user_identifier(coordinator.machine_identifier, account_id)
        super().__init__(coordinator, NOW_PLAYING_IMAGE, device_identifier, image_cache)
        self._account_id = account_id

    @property
    @override
    def _item(self) -> MediaItem | None:
        """Return the item of the user's primary session."""
        session = primary_session(sessions_of(self.coordinator.data, self._account_id))
        return session.item if session is not None else None
