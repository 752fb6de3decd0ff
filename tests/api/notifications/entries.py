"""Entries of notifications in the format of recorded ones."""

from typing import Final

from custom_components.plex_pulse.api import Notification
from tests.simulator import PlexSimulator

from .helpers import RecordingListener

type Entry = dict[str, object]

PLAYING: Final[Entry] = {
    "sessionKey": "29",
    "clientIdentifier": "4c1de0f7-player",
    "guid": "",
    "ratingKey": "1445",
    "url": "",
    "key": "/library/metadata/1445",
    "viewOffset": 154000,
    "playQueueItemID": 400,
    "playQueueID": 7,
    "state": "playing",
}
TRANSCODE: Final[Entry] = {
    "key": "/transcode/sessions/z1a2",
    "throttled": False,
    "complete": False,
    "progress": 1.5,
    "size": -22,
    "speed": 23.5,
    "error": False,
    "duration": 8574912,
    "remaining": 361,
    "context": "streaming",
    "sourceVideoCodec": "hevc",
    "videoDecision": "transcode",
    "audioDecision": "copy",
    "subtitleDecision": "burn",
    "videoCodec": "h264",
    "transcodeHwRequested": True,
    "transcodeHwEncoding": "vaapi",
}
TIMELINE: Final[Entry] = {
    "identifier": "com.plexapp.plugins.library",
    "sectionID": "1",
    "itemID": "321",
    "parentItemID": 320,
    "type": 1,
    "title": "The Lantern Keeper",
    "state": 5,
    "updatedAt": 1790000000,
}
ACTIVITY: Final[Entry] = {
    "event": "updated",
    "uuid": "c30c-refresh",
    "Activity": {
        "uuid": "c30c-refresh",
        "type": "library.update.section",
        "cancellable": False,
        "userID": 1,
        "title": "Scanning Movies",
        "subtitle": "The Lantern Keeper",
        "progress": 33,
        "Context": {"librarySectionID": "1"},
    },
}


async def receive(
    simulator: PlexSimulator, listener: RecordingListener, kind: str, name: str, entries: object
) -> list[Notification]:
    """Send a frame and return the notifications that the listener received."""
    await simulator.push.connection()
    container = {"type": kind, "size": 1, name: entries}
    simulator.push.send({"NotificationContainer": container})
    await simulator.push.wait_delivered()
    return listener.notifications


def without(entry: Entry, *keys: str) -> Entry:
    """Return an entry without these keys."""
    return {key: value for key, value in entry.items() if key not in keys}
