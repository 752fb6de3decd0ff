"""Session responses of several server versions, parsed into the same models."""

from datetime import UTC, datetime

import pytest

from custom_components.plex_pulse.api import (
    PlayMethod,
    SelectedMedia,
    Session,
    TranscodeSession,
    TranscodeSettings,
)
from custom_components.plex_pulse.api.models.coerce import children

from .fixture_files import container


def session(name: str) -> Session:
    """Return the only session in a fixture file."""
    (fields,) = children(container(name), "Metadata")
    parsed = Session.parse(fields)
    assert parsed is not None
    return parsed


def formats(media: SelectedMedia) -> tuple[str | None, ...]:
    """Return resolution, video codec, audio codec and dynamic range as delivered."""
    return (
        media.format.resolution,
        media.format.video_codec,
        media.audio_codec,
        media.dynamic_range,
    )


def decisions(media: SelectedMedia) -> tuple[str | None, ...]:
    """Return the decisions on the part, the video and the audio."""
    return media.decision, media.video_decision, media.audio_decision


def test_session_of_2022_with_strings_is_parsed() -> None:
    """It has no Session element, and therefore no id to terminate it by."""
    it = session("sessions_2022")
    assert it.session_key == "311"
    assert it.session_id is None
    assert it.item.duration == 243_512
    assert it.view_offset == 41_210
    assert (it.item.index, it.item.parent_index) == (7, 1)
    assert (it.item.grandparent_title, it.item.parent_title) == ("Paper Kestrels", "Lee Shore")
    assert it.item.added_at == datetime(2020, 10, 21, 10, tzinfo=UTC)
    assert it.item.library_key == "6"
    # There is no `Session` element, but the player is known to be outside.
    assert (it.bandwidth, it.location) == (None, "wan")
    assert it.player.is_local is False
    assert it.user is not None
    assert (it.user.id, it.user.name) == ("1", "marlow")
    assert it.viewer == "1"
    assert it.method is PlayMethod.DIRECT_PLAY
    assert formats(it.media) == (None, None, "flac", None)
    assert decisions(it.media) == (None, None, None)


def test_live_tv_session_has_no_duration_and_no_bandwidth() -> None:
    """Its numbers mean "unknown", and elements are lists because of the conversion from XML."""
    it = session("sessions_live_tv")
    assert it.is_live
    assert it.duration is None
    assert it.bandwidth is None
    assert it.item.library_key is None
    assert it.session_id == "session-9"
    assert formats(it.media) == ("1080p", None, None, None)
    assert decisions(it.media) == ("transcode", "copy", "copy")
    assert it.method is PlayMethod.DIRECT_STREAM
    assert it.transcode is not None
    assert it.transcode.progress is None
    assert it.transcode.speed == 2
    assert not it.transcode.uses_hardware
    assert it.player.is_local is True
    assert it.viewer == "40115327"


def test_throttled_transcode_has_its_hardware_codecs() -> None:
    """The selected version of the item counts, not the first."""
    it = session("sessions_throttled")
    assert it.method is PlayMethod.TRANSCODE
    assert it.duration == 9_651_840
    assert (it.bandwidth, it.location) == (8_200, "wan")
    assert it.player.state == "buffering"
    assert formats(it.media) == ("1080p", "h264", "opus", "HDR10")
    assert it.media.source_dynamic_range == "HDR10"
    assert decisions(it.media) == ("transcode", "transcode", None)
    assert it.transcode is not None
    assert it.transcode == TranscodeSession(
        key="/transcode/sessions/99aabbccddeeff00",
        settings=TranscodeSettings(
            video_decision="transcode",
            audio_decision="transcode",
            subtitle_decision="burn",
            video_codec="h264",
            source_video_codec="hevc",
            source_audio_codec="truehd",
            hardware_decoder="nvdec",
            hardware_encoder="nvenc",
        ),
        is_throttled=True,
        speed=0,
        progress=59.599998474121094,
        remaining=None,
    )
    assert it.transcode.uses_hardware


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"sessionKey": 5}, "5"),
        ({"Session": {"id": "only-id"}}, "only-id"),
        ({"sessionKey": "", "Session": {}}, None),
        ({"sessionKey": "1", "guid": "library://0a1b/theme"}, None),
        ({}, None),
    ],
)
def test_session_without_a_key_is_skipped(fields: dict[str, object], expected: str | None) -> None:
    """Theme music that an app plays while browsing is skipped as well."""
    parsed = Session.parse(fields)
    assert (parsed and parsed.session_key) == expected


def test_session_without_a_user_gets_an_id_from_its_player() -> None:
    """The fallbacks are the player's account, the player, and the session key."""
    player = {"userID": 7, "machineIdentifier": "tv"}
    viewers = [
        Session.parse({"sessionKey": "3", "Player": fields})
        for fields in (player, {"machineIdentifier": "tv"}, {})
    ]
    assert [viewer and viewer.viewer for viewer in viewers] == ["7", "tv", "3"]


@pytest.mark.parametrize(
    ("decisions", "method"),
    [
        (("transcode", "transcode"), PlayMethod.TRANSCODE),
        (("copy", "transcode"), PlayMethod.TRANSCODE),
        (("transcode", None), PlayMethod.TRANSCODE),
        (("copy", "copy"), PlayMethod.DIRECT_STREAM),
        ((None, "copy"), PlayMethod.DIRECT_STREAM),
    ],
)
def test_play_method_depends_on_the_transcode_decisions(
    decisions: tuple[str | None, str | None], method: PlayMethod
) -> None:
    """A conversion that only copies the streams is a direct stream."""
    video, audio = decisions
    it = Session.parse(
        {
            "sessionKey": "1",
            "TranscodeSession": {"videoDecision": video, "audioDecision": audio, "key": "k"},
        }
    )
    assert it is not None
    assert it.method is method


@pytest.mark.parametrize(
    ("stream", "dynamic_range"),
    [
        ({"DOVIPresent": True, "colorTrc": "smpte2084"}, "Dolby Vision"),
        ({"DOVIPresent": "1"}, "Dolby Vision"),
        ({"displayTitle": "4K DoVi/HDR10 (HEVC Main 10)"}, "Dolby Vision"),
        ({"extendedDisplayTitle": "4K HDR10+ (HEVC Main 10)"}, "HDR10+"),
        ({"displayTitle": "4K HDR10 (HEVC Main 10)"}, "HDR10"),
        ({"displayTitle": "1080p HLG (HEVC)"}, "HLG"),
        ({"colorTrc": "arib-std-b67"}, "HLG"),
        ({"colorTrc": "smpte2084"}, "HDR10"),
        ({"colorTrc": "bt709", "displayTitle": "1080p (H.264)"}, None),
    ],
)
def test_dynamic_range_is_read_from_flags_labels_and_transfer(
    stream: dict[str, object], dynamic_range: str | None
) -> None:
    """Dolby Vision takes precedence, because it has an HDR10 base layer."""
    part = {"Stream": [{"streamType": 2}, {"streamType": "1"} | stream]}
    assert SelectedMedia.parse({"Media": [{"Part": [part]}]}).dynamic_range == dynamic_range


@pytest.mark.parametrize(
    ("value", "resolution"),
    [("4k", "4K"), ("1080", "1080p"), ("720p", "720p"), ("sd", "SD"), (576, "576p"), ("", None)],
)
def test_resolution_has_one_spelling(value: object, resolution: str | None) -> None:
    """Library and session spell it differently."""
    assert (
        SelectedMedia.parse({"Media": [{"videoResolution": value}]}).format.resolution == resolution
    )


@pytest.mark.parametrize("number", [1e300, -1e300, 2**63, str(10**40)])
def test_number_too_large_for_json_is_none(number: float | str) -> None:
    """States are stored as JSON."""
    session = Session.parse({"sessionKey": "1", "type": "episode", "parentIndex": number})
    assert session is not None
    assert session.item.parent_index is None
