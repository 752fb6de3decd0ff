"""Background work on single items: refreshes of metadata, and conversions by the optimizer."""

from .activities import Activity
from .encode import Tree
from .library import Item
from .metadata import item_path, item_thumb
from .state import ServerState

_STEPS: tuple[tuple[str, int, Tree], ...] = (
    ("Checking files", 0, {}),
    ("Refreshing local metadata", 33, {"accessible": True, "exists": True}),
    ("Refreshing media analysis", 66, {"accessible": True, "exists": True, "refreshed": False}),
)


def refresh_item(state: ServerState, item: Item) -> None:
    """Run a whole refresh of an item: an activity whose context grows (recorded)."""
    activity = Activity(state, "library.refresh.items", "Refreshing")
    for subtitle, progress, context in _STEPS:
        activity.context = {**context, "key": item_path(item)}
        activity.report(progress, subtitle)
    activity.context = {**activity.context, "analyzed": False}
    activity.end()


def start_conversion(state: ServerState, item: Item) -> Tree:
    """Start a conversion by the optimizer and return its job; remove it from the list to end it.

    It is in /status/sessions/background and /transcode/sessions, and in no list of streams.
    """
    key = f"conversion-{item.rating_key}"
    job: Tree = {
        "generatorID": 467,
        "type": "transcode",
        "key": f"/transcode/sessions/{key}",
        "progress": 42,
        "speed": 20.3,
        "remaining": 8,
        "size": 82_313_268,
        "title": item.title,
        "thumb": item_thumb(item),
        "ratingKey": str(item.rating_key),
        "targetTagID": 2,
    }
    state.background_jobs.append(job)
    return job


def conversion_transcode(job: Tree) -> Tree:
    """Return the TranscodeSession of a conversion, which no player waits for."""
    return {
        "key": str(job["key"]).rpartition("/")[2],
        "throttled": False,
        "complete": False,
        "progress": job["progress"],
        "size": job["size"],
        "speed": job["speed"],
        "error": False,
        "duration": 9_678_688,
        "remaining": job["remaining"],
        "context": "static",
        "sourceVideoCodec": "hevc",
        "sourceAudioCodec": "eac3",
        "videoDecision": "transcode",
        "audioDecision": "transcode",
        "subtitleDecision": "burn",
        "protocol": "http",
        "container": "mkv",
        "videoCodec": "h264",
        "audioCodec": "mp3",
        "audioChannels": 2,
        "width": 1280,
        "height": 720,
        "transcodeHwRequested": True,
        "offlineTranscode": True,
    }
