"""Frames of each kind in the format of recorded ones, for mutation."""

from collections.abc import Mapping
from typing import Final


def _notification(kind: str, name: str, fields: Mapping[str, object]) -> dict[str, object]:
    return {"NotificationContainer": {"type": kind, "size": 1, name: [fields]}}


NOTIFICATIONS: Final[dict[str, object]] = {
    "playing": _notification(
        "playing",
        "PlaySessionStateNotification",
        {
            "sessionKey": "29",
            "ratingKey": "144504",
            "viewOffset": 154000,
            "state": "playing",
            "transcodeSession": "/transcode/sessions/z1a2",
        },
    ),
    "transcode": _notification(
        "transcodeSession.update",
        "TranscodeSession",
        {
            "key": "/transcode/sessions/z1a2",
            "throttled": False,
            "progress": 12.5,
            "speed": 3.2,
            "remaining": 900,
            "videoDecision": "transcode",
            "audioDecision": "copy",
        },
    ),
    "timeline": _notification(
        "timeline",
        "TimelineEntry",
        {
            "identifier": "com.plexapp.plugins.library",
            "sectionID": "1",
            "itemID": "321",
            "type": 1,
            "title": "The Folded Almanac",
            "state": 5,
            "metadataState": "created",
        },
    ),
    "activity": _notification(
        "activity",
        "ActivityNotification",
        {
            "event": "updated",
            "uuid": "c30c1edc-0000-4000-8000-f1373f6db8e9",
            "Activity": {
                "uuid": "c30c1edc-0000-4000-8000-f1373f6db8e9",
                "type": "library.refresh.items",
                "title": "Refreshing",
                "subtitle": "Checking files",
                "progress": 33,
                "Context": {"librarySectionID": "1"},
            },
        },
    ),
    "status": _notification(
        "status",
        "StatusNotification",
        {"title": "Library scan complete", "notificationName": "LIBRARY_UPDATE"},
    ),
    "reachability": _notification(
        "reachability", "ReachabilityNotification", {"reachability": True}
    ),
}
"""Websocket frames by kind."""
