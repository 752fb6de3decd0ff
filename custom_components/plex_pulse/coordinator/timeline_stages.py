"""Progress of items that are added or deleted, from timeline notifications."""

from enum import StrEnum
from typing import Final

from ..api import MediaItem, MediaType, TimelineNotification

# Shows and artists are reported by their episodes and albums, tracks by their album.
REPORTED_TYPES: Final = frozenset(
    {MediaType.MOVIE, MediaType.EPISODE, MediaType.ALBUM, MediaType.PHOTO, MediaType.CLIP}
)
REPORTED_TYPE_NAMES: Final = frozenset(media_type.name.lower() for media_type in REPORTED_TYPES)
_STATE_CREATED: Final = 0
_STATE_DONE: Final = 5
_STATE_DELETED: Final = 9
_MAX_TRACKED_ITEMS: Final = 10_000
"""More items are not in progress at once, even while a whole library is added."""


class ItemStage(StrEnum):
    """The progress of an item, as push has reported it."""

    CREATED = "created"
    ADDED = "added"
    IGNORED = "ignored"
    """Added, but it is an item that was deleted or announced a short time ago."""
    DELETED = "deleted"


class TimelineEvent(StrEnum):
    """What a notification means for an item."""

    CREATED = "created"
    ADDED = "added"
    DELETED = "deleted"
    OTHER = "other"


class TimelineStages:
    """The stages of the items that were reported last, up to 10,000."""

    def __init__(self) -> None:
        """Start without items."""
        self._stages: dict[str, ItemStage] = {}

    def get(self, rating_key: str | None) -> ItemStage | None:
        """Return the stage of an item, None for one that was not reported."""
        return self._stages.get(rating_key or "")

    def set(self, rating_key: str, stage: ItemStage) -> None:
        """Remember the stage of an item, and forget the item that was tracked first."""
        self._stages[rating_key] = stage
        if len(self._stages) > _MAX_TRACKED_ITEMS:
            del self._stages[next(iter(self._stages))]

    def drop_created(self) -> None:
        """Forget the items that are not done: push has ended, and their end is not reported."""
        self._stages = {
            key: stage for key, stage in self._stages.items() if stage is not ItemStage.CREATED
        }

    def event_of(self, notification: TimelineNotification) -> TimelineEvent:
        """Return what a notification means, given the stage of its item.

        An item is added when it is done after it was created. Done comes twice, the second
        time when the item is completely analyzed; items that were only changed are done, too.
        """
        stage = self._stages.get(notification.rating_key)
        is_done = notification.state == _STATE_DONE
        if notification.state == _STATE_DELETED or notification.metadata_state == "deleted":
            return TimelineEvent.DELETED
        if notification.state == _STATE_CREATED or notification.metadata_state == "created":
            if stage not in {None, ItemStage.CREATED}:
                return TimelineEvent.OTHER
            return TimelineEvent.ADDED if is_done else TimelineEvent.CREATED
        if is_done and stage is ItemStage.CREATED:
            return TimelineEvent.ADDED
        return TimelineEvent.OTHER


def as_notified(notification: TimelineNotification) -> MediaItem:
    """Return an item with only what its notification contains."""
    kind = MediaType(notification.item_type) if notification.item_type is not None else None
    return MediaItem.parse(
        {
            "ratingKey": notification.rating_key,
            "parentRatingKey": notification.parent_key,
            "type": kind.name.lower() if kind is not None else None,
            "title": notification.title,
        }
    )
