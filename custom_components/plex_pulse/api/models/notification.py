"""What a Media Server tells unasked, one small value for each kind of notification."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Final, Self

from .coerce import (
    JsonObject,
    boolean,
    child,
    integer,
    last_part,
    non_negative_int,
    parse_list,
    text,
)
from .transcode import TranscodeSession

_LIBRARY: Final = "com.plexapp.plugins.library"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayingNotification:
    """A session's state changed, or about ten seconds of it have passed.

    Tells neither user nor title. view_offset: milliseconds. transcode_key: last part of
    the conversion's key, None for direct play.
    """

    session_key: str
    state: str
    view_offset: int | None
    rating_key: str | None
    transcode_key: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification; a shared user's may lack the session, and tells nothing."""
        session_key, state = text(fields, "sessionKey"), text(fields, "state")
        if session_key is None or state is None:
            return None
        return cls(
            session_key=session_key,
            state=state,
            view_offset=non_negative_int(fields, "viewOffset"),
            rating_key=text(fields, "ratingKey"),
            transcode_key=last_part(text(fields, "transcodeSession")),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscodeNotification:
    """A conversion began, went on or ended: event "start", "update" or "end".

    key: last part of the conversion's key.
    """

    key: str
    event: str
    transcode: TranscodeSession

    @classmethod
    def parse(cls, event: str, fields: JsonObject) -> Self | None:
        """Return the notification, None for one that does not say of which conversion."""
        transcode = TranscodeSession.parse(fields)
        if transcode is None or (key := transcode.short_key) is None:
            return None
        return cls(key=key, event=event, transcode=transcode)


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineNotification:
    """An item of a library changed.

    state: 0 created ... 5 done, 9 deleted; 5 may come twice, 40 s apart.
    metadata_state: "created", "deleted" ..., where the server says it.
    """

    library_key: str
    rating_key: str
    item_type: int | None
    title: str | None
    state: int | None
    metadata_state: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None for what is not about an item of a library."""
        section, item = integer(fields, "sectionID"), text(fields, "itemID")
        if text(fields, "identifier") != _LIBRARY or section is None or item is None:
            return None
        return cls(
            library_key=str(section),
            rating_key=item,
            item_type=integer(fields, "type"),
            title=text(fields, "title"),
            state=integer(fields, "state"),
            metadata_state=text(fields, "metadataState"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityNotification:
    """Something the server does in the background.

    event: "started", "updated" or "ended". progress: percent, None while unknown.
    library_key: of the library it is about, where it names one.
    """

    event: str
    uuid: str
    activity_type: str | None
    title: str | None
    subtitle: str | None
    progress: int | None
    library_key: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification, None for one that cannot be told from others."""
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


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusNotification:
    """Words about the server's work; localised, so `name` is what to go by."""

    name: str | None
    title: str | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the notification."""
        return cls(name=text(fields, "notificationName"), title=text(fields, "title"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachabilityNotification:
    """Whether the server can be reached from the Internet."""

    is_reachable: bool

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the notification."""
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
"""The `filters` that ask for these kinds and no other."""


def parse_notifications(container: JsonObject) -> tuple[Notification, ...]:
    """Return what can be used of a `NotificationContainer`, nothing of an unknown type."""
    known = _PARSERS.get(text(container, "type") or "")
    return () if known is None else parse_list(container, *known)
