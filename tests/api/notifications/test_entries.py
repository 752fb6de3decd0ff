"""The entries of a frame: one, several or invalid ones."""

from collections.abc import Iterable

import pytest

from custom_components.plex_pulse.api import PlayingNotification, PlexWebsocket
from tests.simulator import PlexSimulator

from .entries import ACTIVITY, PLAYING, TIMELINE, TRANSCODE, Entry, receive, without
from .helpers import RecordingListener, assert_receives

pytestmark = pytest.mark.usefixtures("listening")


async def test_single_object_is_read_as_a_list_of_one(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """Server-sent events have this form."""
    (notification,) = await receive(
        simulator, listener, "playing", "PlaySessionStateNotification", PLAYING
    )
    assert isinstance(notification, PlayingNotification)


@pytest.mark.parametrize(
    ("kind", "name", "entry", "odd"),
    [
        (
            "playing",
            "PlaySessionStateNotification",
            PLAYING,
            [
                without(PLAYING, "sessionKey", "ratingKey", "key"),
                without(PLAYING, "state"),
                {},
            ],
        ),
        ("transcodeSession.update", "TranscodeSession", TRANSCODE, [{}, {"key": ""}]),
        (
            "timeline",
            "TimelineEntry",
            TIMELINE,
            [
                TIMELINE | {"identifier": "com.plexapp.system"},
                without(TIMELINE, "sectionID"),
                without(TIMELINE, "itemID"),
                TIMELINE | {"sectionID": "one"},
            ],
        ),
        (
            "activity",
            "ActivityNotification",
            ACTIVITY,
            [without(ACTIVITY, "event"), {"event": "started"}],
        ),
        (
            "reachability",
            "ReachabilityNotification",
            {"reachability": True},
            [{}, {"reachability": None}, {"reachability": "perhaps"}],
        ),
    ],
    ids=["playing", "transcode", "timeline", "activity", "reachability"],
)
async def test_invalid_entries_are_skipped(
    simulator: PlexSimulator,
    listener: RecordingListener,
    websocket: PlexWebsocket,
    kind: str,
    name: str,
    entry: Entry,
    odd: Iterable[Entry],
) -> None:
    """A frame without a valid entry is skipped as a whole."""
    others: list[object] = [None, 5, "odd", [], *odd]
    assert (
        len(await receive(simulator, listener, kind, name, [*others, entry, *others, entry])) == 2
    )
    assert websocket.skipped == 0
    await receive(simulator, listener, kind, name, others)
    assert websocket.skipped == 1
    await assert_receives(simulator, listener)
    assert len(listener.notifications) == 3


@pytest.mark.parametrize(
    ("missing", "session_key", "rating_key"),
    [
        (("sessionKey",), None, "1445"),
        (("sessionKey", "ratingKey"), None, "1445"),
        (("ratingKey", "key"), "29", None),
        (("sessionKey", "ratingKey", "key"), None, None),
    ],
)
async def test_stop_without_identifiers_is_a_notification(
    simulator: PlexSimulator,
    listener: RecordingListener,
    missing: tuple[str, ...],
    session_key: str | None,
    rating_key: str | None,
) -> None:
    """Several apps leave them out when they stop."""
    entry = without(PLAYING, *missing) | {"state": "stopped"}
    (notification,) = await receive(
        simulator, listener, "playing", "PlaySessionStateNotification", [entry]
    )
    assert isinstance(notification, PlayingNotification)
    assert (notification.session_key, notification.rating_key) == (session_key, rating_key)
