"""Models of push notifications, one for each kind."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Final, Self

from ..record import Record
from .coerce import (
    JsonObject,
    boolean,
    child,
    children,
    integer,
    last_part,
    non_negative_int,
    text,
)
from .player_state import player_state
from .transcode import TranscodeSession

_LIBRARY: Final = "com.plexapp.plugins.library"
_ENDED: Final = frozenset({"stopped", "error"})
"""States of a playback that has ended; after an error an app reports no stop."""
_MAX_ENTRIES: Final = 10_000
"""Entries of a frame; the entries of a longer list are too short to say anything."""


class PlayingNotification(Record):
    """The state of a session changed, or about ten seconds of it were played."""

    session_key: str | None
    """None if it is missing: seen in stops, and for shared users."""
    state: str
    """playing, paused, buffering, stopped or error; in lower case."""
    view_offset: int | None
    """Position in milliseconds."""
    rating_key: str | None
    player: str | None
    """`Player.machine_identifier`; None if it is missing."""
    transcode_key: str | None
    """Last part of the transcode's key, None for direct play."""

    @property
    def is_end(self) -> bool:
        """Return whether the playback has ended."""
        return self.state in _ENDED

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None without a state.

        Only an end may lack both session and item: it says that something has ended.
        """
        session_key, state = text(fields, "sessionKey"), (text(fields, "state") or "").lower()
        rating_key = text(fields, "ratingKey") or last_part(text(fields, "key"))
        has_subject = session_key is not None or rating_key is not None
        notification = cls(
            session_key=session_key,
            state=state if state in _ENDED else player_state(state),
            view_offset=non_negative_int(fields, "viewOffset"),
            rating_key=rating_key,
            player=text(fields, "clientIdentifier"),
            transcode_key=last_part(text(fields, "transcodeSession")),
        )
        return notification if state and (has_subject or notification.is_end) else None


class TranscodeNotification(Record):
    """A transcode session started, progressed or ended."""

    key: str
    """`TranscodeSession.short_key`."""
    event: str
    """start, update or end."""
    transcode: TranscodeSession

    @classmethod
    def parse(cls, event: str, fields: JsonObject) -> Self | None:
        """Return the notification, None without a key."""
        transcode = TranscodeSession.parse(fields)
        if transcode is None or (key := transcode.short_key) is None:
            return None
        return cls(key=key, event=event, transcode=transcode)


class TimelineNotification(Record):
    """An item of a library changed."""

    library_key: str
    rating_key: str
    parent_key: str | None
    """Rating key of the season of an episode, the artist of an album."""
    item_type: int | None
    """A `MediaType`, or a number it does not have."""
    title: str | None
    state: int | None
    """0 created ... 5 done, 9 deleted; 5 may come twice, 40 s apart."""
    metadata_state: str | None
    """created, deleted ..., if the server sends it."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None if it is not about an item of a library."""
        section, item = integer(fields, "sectionID"), text(fields, "itemID")
        if text(fields, "identifier") != _LIBRARY or section is None or item is None:
            return None
        return cls(
            library_key=str(section),
            rating_key=item,
            parent_key=text(fields, "parentItemID"),
            item_type=integer(fields, "type"),
            title=text(fields, "title"),
            state=integer(fields, "state"),
            metadata_state=text(fields, "metadataState"),
        )


class ActivityNotification(Record):
    """A background activity of the server started, progressed or ended."""

    event: str
    """started, updated or ended."""
    uuid: str
    """Identifies the activity."""
    activity_type: str | None
    title: str | None
    subtitle: str | None
    progress: int | None
    """Percent; None while unknown."""
    library_key: str | None
    """The library it works on, if there is one."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None without event or uuid."""
        activity = child(fields, "Activity")
        event, uuid = text(fields, "event"), text(fields, "uuid") or text(activity, "uuid")
        if event is None or uuid is None:
            return None
        return cls(
            event=event,
            uuid=uuid,
            activity_type=text(activity, "type"),
            title=text(activity, "title"),
            subtitle=text(activity, "subtitle"),
            progress=non_negative_int(activity, "progress"),
            library_key=text(child(activity, "Context"), "librarySectionID"),
        )


class StatusNotification(Record):
    """A status of the server, such as the end of a scan."""

    name: str | None
    """The language-independent name."""
    title: str | None
    """A text in the server's language."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the notification."""
        return cls(name=text(fields, "notificationName"), title=text(fields, "title"))


class ReachabilityNotification(Record):
    """The server became reachable or unreachable from the Internet."""

    is_reachable: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None without a value."""
        value = boolean(fields, "reachability")
        return None if value is None else cls(is_reachable=value)


type Notification = (
    PlayingNotification
    | TranscodeNotification
    | TimelineNotification
    | ActivityNotification
    | StatusNotification
    | ReachabilityNotification
)

_PARSERS: Final[Mapping[str, tuple[str, Callable[[JsonObject], Notification | None]]]] = {
    "playing": ("PlaySessionStateNotification", PlayingNotification.parse),
    "timeline": ("TimelineEntry", TimelineNotification.parse),
    "activity": ("ActivityNotification", ActivityNotification.parse),
    "status": ("StatusNotification", StatusNotification.parse),
    "reachability": ("ReachabilityNotification", ReachabilityNotification.parse),
    **{
        f"transcodeSession.{event}": (
            "TranscodeSession",
            partial(TranscodeNotification.parse, event),
        )
        for event in ("start", "update", "end")
    },
}
FILTERS: Final = ",".join(_PARSERS)
"""The value of the parameter `filters` that selects these kinds."""


def parse_notifications(container: JsonObject) -> Iterator[Notification]:
    """Yield the usable notifications of a `NotificationContainer`, none of an unknown type."""
    if (known := _PARSERS.get(text(container, "type") or "")) is None:
        return
    key, parse = known
    for fields in children(container, key, _MAX_ENTRIES):
        if (notification := parse(fields)) is not None:
            yield notification
