"""Notifications of sessions and transcodes, in the formats of all server versions."""

import pytest

from custom_components.plex_pulse.api import (
    PlayingNotification,
    TranscodeNotification,
    TranscodeSession,
    TranscodeSettings,
)
from tests.simulator import PlexSimulator

from .entries import PLAYING, TRANSCODE, Entry, receive
from .helpers import RecordingListener

pytestmark = pytest.mark.usefixtures("listening")


@pytest.mark.parametrize(
    ("fields", "transcode_key"),
    [
        ({}, None),
        ({"transcodeSession": None}, None),
        ({"transcodeSession": ""}, None),
        ({"transcodeSession": "z1a2"}, "z1a2"),
        ({"transcodeSession": "/transcode/sessions/z1a2"}, "z1a2"),
        ({"transcodeSession": "/transcode/sessions/"}, None),
    ],
    ids=["missing", "null", "empty", "bare", "path", "path of nothing"],
)
async def test_playing_has_session_state_and_transcode_key(
    simulator: PlexSimulator, listener: RecordingListener, fields: Entry, transcode_key: str | None
) -> None:
    """A direct play is expressed in three ways."""
    assert await receive(
        simulator, listener, "playing", "PlaySessionStateNotification", [PLAYING | fields]
    ) == [
        PlayingNotification(
            session_key="29",
            state="playing",
            view_offset=154000,
            rating_key="1445",
            player="4c1de0f7-player",
            transcode_key=transcode_key,
        )
    ]


async def test_state_of_a_session_is_in_lower_case(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    (notification,) = await receive(
        simulator,
        listener,
        "playing",
        "PlaySessionStateNotification",
        [PLAYING | {"state": "STOPPED"}],
    )
    assert isinstance(notification, PlayingNotification)
    assert notification.state == "stopped"


@pytest.mark.parametrize(
    ("fields", "view_offset"),
    [
        ({"sessionKey": 29, "ratingKey": 1445, "viewOffset": "154000"}, 154000),
        ({"viewOffset": 154000.0}, 154000),
        ({"viewOffset": -1}, None),
        ({"viewOffset": None}, None),
        ({"viewOffset": "soon"}, None),
    ],
    ids=["swapped", "fraction", "negative", "null", "words"],
)
async def test_playing_is_parsed_from_strings_and_numbers(
    simulator: PlexSimulator, listener: RecordingListener, fields: Entry, view_offset: int | None
) -> None:
    (notification,) = await receive(
        simulator, listener, "playing", "PlaySessionStateNotification", [PLAYING | fields]
    )
    assert isinstance(notification, PlayingNotification)
    assert (notification.session_key, notification.rating_key) == ("29", "1445")
    assert notification.view_offset == view_offset


@pytest.mark.parametrize("event", ["start", "update", "end"])
@pytest.mark.parametrize("key", ["/transcode/sessions/z1a2", "z1a2"])
@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"throttled": "0", "progress": "1.5", "speed": "23.5", "remaining": "361"},
        {"maxOffsetAvailable": 124.957, "minOffsetAvailable": 0.0},
    ],
    ids=["numbers", "strings", "offsets"],
)
async def test_transcode_notification_has_its_decisions(
    simulator: PlexSimulator, listener: RecordingListener, event: str, key: str, fields: Entry
) -> None:
    """A session refers to it by its key."""
    assert await receive(
        simulator,
        listener,
        f"transcodeSession.{event}",
        "TranscodeSession",
        [TRANSCODE | {"key": key} | fields],
    ) == [
        TranscodeNotification(
            key="z1a2",
            event=event,
            transcode=TranscodeSession(
                key=key,
                settings=TranscodeSettings(
                    video_decision="transcode",
                    audio_decision="copy",
                    subtitle_decision="burn",
                    video_codec="h264",
                    source_video_codec="hevc",
                    source_audio_codec=None,
                    hardware_decoder=None,
                    hardware_encoder="vaapi",
                ),
                is_throttled=False,
                speed=23.5,
                progress=1.5,
                remaining=361,
            ),
        )
    ]
