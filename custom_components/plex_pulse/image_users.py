"""The picture of what a followed user plays."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.image import ImageEntity, ImageEntityDescription

from .api import MediaItem
from .coordinator.sessions import SessionsCoordinator
from .devices import user_identifier
from .image_poster import PosterImage
from .options import followed_users
from .runtime_data import PlexPulseData
from .streams.selection import sessions_of, shown_session


def user_images(
    runtime: PlexPulseData, description: ImageEntityDescription
) -> Iterator[ImageEntity]:
    """Return one picture for each followed user, none where the token may not see what plays."""
    sessions = runtime.sessions
    if sessions.is_permitted:
        for account_id in followed_users(sessions.config_entry.options):
            yield UserNowPlayingImage(sessions, description, account_id)


class UserNowPlayingImage(PosterImage[SessionsCoordinator]):
    """The poster of what a user plays; of several streams the one that the sensor shows."""

    def __init__(
        self, coordinator: SessionsCoordinator, description: ImageEntityDescription, account_id: str
    ) -> None:
        """Belong to the user's device."""
        owner = user_identifier(coordinator.machine_identifier, account_id)
        super().__init__(coordinator, description, owner)
        self._account_id = account_id

    @property
    @override
    def _item(self) -> MediaItem | None:
        """Return what the user plays."""
        session = shown_session(sessions_of(self.coordinator.data, self._account_id))
        return session.item if session is not None else None
