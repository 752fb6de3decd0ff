"""Websocket notifications, one frame each."""

from collections.abc import Mapping
from dataclasses import dataclass
import json

from .encode import Tree
from .library import Item
from .metadata import LIBRARY_IDENTIFIER
from .session import Session, StopReport
from .session_tree import session_tree
from .stop_reports import reported
from .transcode_tree import transcode_key, transcode_tree

type Entry = Mapping[str, object]

# The states of an item that is added to a library, with the fields beside the state.
_CREATION: tuple[tuple[int, Entry], ...] = (
    (0, {"metadataState": "created"}),
    (1, {"metadataState": "queued"}),
    (3, {"metadataState": "loading"}),
    (4, {"mediaState": "analyzing"}),
    (5, {}),
)
_DELETED = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """A notification type and its entries under Plex's key for the type."""

    type: str
    key: str
    entries: tuple[Entry, ...]

    def text(self) -> str:
        """Return the text of the websocket frame."""
        container = {"type": self.type, "size": len(self.entries), self.key: self.entries}
        return json.dumps({"NotificationContainer": container}, separators=(",", ":"))


def playing(
    session: Session,
    at: float,
    state: str,
    without_transcode: Entry,
    report: StopReport = StopReport.NORMAL,
) -> Notification:
    """Return a session's state and position; without_transcode are the fields of a direct play."""
    tree = session_tree(session, at)
    entry: dict[str, object] = {
        "sessionKey": session.session_key,
        "clientIdentifier": session.player.machine_identifier,
        "guid": "",
        "ratingKey": tree["ratingKey"],
        "url": "",
        "key": tree["key"],
        "viewOffset": tree["viewOffset"],
        "playQueueItemID": session.play_queue_item_id,
        "playQueueID": session.play_queue_id,
        "state": state,
        **(
            {"transcodeSession": transcode_key(session)}
            if session.has_transcoder
            else without_transcode
        ),
    }
    return Notification(
        type="playing", key="PlaySessionStateNotification", entries=(reported(entry, report),)
    )


def transcode(session: Session, at: float, event: str) -> Notification:
    """Return the `start`, `update` or `end` of a transcode session."""
    tree = transcode_tree(session, at)
    if event == "end":
        for name in ("minOffsetAvailable", "maxOffsetAvailable"):
            tree.pop(name, None)
    return Notification(type=f"transcodeSession.{event}", key="TranscodeSession", entries=(tree,))


def item_created(item: Item) -> list[Notification]:
    """Return the notifications of an item that is added to its library."""
    return [timeline(item, state, words) for state, words in _CREATION]


def item_deleted(item: Item) -> Notification:
    """Return the notification of a deleted item."""
    return timeline(item, _DELETED, {"metadataState": "deleted", "mediaState": "deleted"})


def timeline(item: Item, state: int, words: Entry | None = None) -> Notification:
    """Return the state of an item; real servers repeat 5 (done) after about 40 seconds."""
    entry: dict[str, object] = {
        "identifier": LIBRARY_IDENTIFIER,
        "sectionID": str(item.section.key),
        "itemID": str(item.rating_key),
        "type": item.kind.type_id,
        "title": item.title,
        "state": state,
        "updatedAt": item.added_at,
        **(words or {}),
    }
    if item.parent is not None:
        root = item.parent
        while root.parent is not None:
            root = root.parent
        entry |= {"parentItemID": str(item.parent.rating_key), "rootItemID": str(root.rating_key)}
    return Notification(type="timeline", key="TimelineEntry", entries=(entry,))


def activity(event: str, tree: Tree) -> Notification:
    """Return an activity's `started`, `updated` or `ended`."""
    return Notification(
        type="activity",
        key="ActivityNotification",
        entries=({"event": event, "uuid": tree["uuid"], "Activity": tree},),
    )


def status(title: str) -> Notification:
    """Return the status text of a scan, as the web client shows it."""
    return Notification(
        type="status",
        key="StatusNotification",
        entries=({"title": title, "description": "", "notificationName": "LIBRARY_UPDATE"},),
    )


def reachability(reachable: bool) -> Notification:
    """Return whether the server is reachable from the Internet."""
    return Notification(
        type="reachability",
        key="ReachabilityNotification",
        entries=({"reachability": reachable},),
    )
