"""Values of a session from the decisions and the delivered streams, as Plex's apps show them."""

from typing import Any

import pytest

from custom_components.plex_pulse.api import MediaItem, PlayMethod, SelectedMedia, Session

VIDEO = 1
AUDIO = 2
SUBTITLES = 3

type Fields = dict[str, Any]


def parse(**fields: object) -> Session:
    """Return a session with these fields."""
    session = Session.parse({"sessionKey": "1", "ratingKey": "23"} | fields)
    assert session is not None
    return session


def media(*streams: Fields, decision: str | None = None, **fields: object) -> list[Fields]:
    """Return a Media element with one part."""
    part = {"Stream": list(streams)} | ({"decision": decision} if decision else {})
    return [{"selected": "1", "Part": [part | {"selected": "1"}]} | fields]


def stream(stream_type: int, **fields: object) -> Fields:
    """Return a Stream element."""
    return {"streamType": stream_type} | fields


@pytest.mark.parametrize(
    ("decision", "video", "audio", "transcode", "method"),
    [
        # Recorded: the decisions are on part and streams, and there is no TranscodeSession.
        ("transcode", None, "transcode", None, PlayMethod.TRANSCODE),
        ("transcode", "transcode", "transcode", None, PlayMethod.TRANSCODE),
        ("transcode", "copy", "transcode", None, PlayMethod.TRANSCODE),
        ("transcode", "copy", "copy", None, PlayMethod.DIRECT_STREAM),
        ("transcode", None, "copy", None, PlayMethod.DIRECT_STREAM),
        ("copy", None, None, None, PlayMethod.DIRECT_STREAM),
        ("transcode", None, None, None, PlayMethod.TRANSCODE),
        ("directplay", None, None, None, PlayMethod.DIRECT_PLAY),
        (None, None, None, None, PlayMethod.DIRECT_PLAY),
        # A TranscodeSession stands beside a direct play, because the app asked for a decision.
        (None, None, None, ("directplay", "directplay"), PlayMethod.DIRECT_PLAY),
        ("directplay", None, None, ("directplay", "directplay"), PlayMethod.DIRECT_PLAY),
        ("directplay", None, None, ("copy", "copy"), PlayMethod.DIRECT_PLAY),
        ("directplay", None, None, (None, None), PlayMethod.DIRECT_PLAY),
        # The TranscodeSession is updated by push, the streams are not.
        ("transcode", "transcode", "transcode", ("copy", "copy"), PlayMethod.DIRECT_STREAM),
        ("transcode", "copy", "copy", ("transcode", "copy"), PlayMethod.TRANSCODE),
        (None, None, None, (None, None), PlayMethod.DIRECT_STREAM),
        ("DirectPlay", "ignore", "none", None, PlayMethod.DIRECT_PLAY),
    ],
)
def test_the_play_method_follows_from_all_decisions(
    decision: str | None,
    video: str | None,
    audio: str | None,
    transcode: tuple[str | None, str | None] | None,
    method: PlayMethod,
) -> None:
    fields: Fields = {
        "Media": media(
            stream(VIDEO, decision=video), stream(AUDIO, decision=audio), decision=decision
        )
    }
    if transcode is not None:
        of_video, of_audio = transcode
        fields["TranscodeSession"] = {
            "key": "k",
            "videoDecision": of_video,
            "audioDecision": of_audio,
        }
    assert parse(**fields).method is method


def test_the_decision_of_the_selected_version_and_streams_counts() -> None:
    other = media(stream(VIDEO, decision="transcode"), decision="transcode")[0]
    selected = media(
        stream(VIDEO, decision="copy"),
        stream(AUDIO, decision="transcode", codec="truehd"),
        stream(AUDIO, decision="copy", codec="eac3", selected=True),
        decision="transcode",
        audioCodec="truehd",
    )[0]
    session = parse(Media=[other | {"selected": "0"}, selected])
    assert session.method is PlayMethod.DIRECT_STREAM
    assert (session.video_decision, session.audio_decision) == ("copy", "copy")
    assert session.media.audio_codec == "eac3"


@pytest.mark.parametrize(
    ("fields", "method"),
    [
        ({"live": "1", "Media": media(protocol="hls", origin="livetv")}, None),
        ({"live": True}, None),
        ({"Media": media(protocol="dash")}, None),
        ({"live": "1", "Media": media(decision="directplay")}, PlayMethod.DIRECT_PLAY),
        (
            {"live": "1", "Media": media(stream(VIDEO, decision="copy"), decision="transcode")},
            PlayMethod.DIRECT_STREAM,
        ),
    ],
)
def test_the_method_of_a_converted_format_is_unknown_without_a_decision(
    fields: Fields, method: PlayMethod | None
) -> None:
    assert parse(**fields).method is method


@pytest.mark.parametrize(
    ("subtitles", "transcode", "decision", "title"),
    [
        ({"selected": "1", "displayTitle": "English (SRT)"}, None, None, "English (SRT)"),
        ({"displayTitle": "English (SRT)"}, None, None, None),
        (
            {"selected": True, "decision": "burn", "displayTitle": "English (PGS)"},
            None,
            "burn",
            "English (PGS)",
        ),
        ({"selected": True, "burn": "1", "title": "?"}, None, "burn", None),
        (
            {"selected": 1, "displayTitle": "English (SRT)", "decision": "transcode"},
            {"subtitleDecision": "burn", "videoDecision": "transcode"},
            "burn",
            "English (SRT)",
        ),
        ({"selected": 1, "decision": "ignore"}, None, None, None),
    ],
)
def test_subtitles_are_those_selected_with_what_becomes_of_them(
    subtitles: Fields, transcode: Fields | None, decision: str | None, title: str | None
) -> None:
    fields: Fields = {"Media": media(stream(SUBTITLES, **subtitles), decision="transcode")}
    if transcode is not None:
        fields["TranscodeSession"] = transcode
    session = parse(**fields)
    assert session.subtitle_decision == decision
    assert session.media.subtitles == title
    if decision == "burn":
        assert session.method is PlayMethod.TRANSCODE


@pytest.mark.parametrize(
    ("video", "dynamic_range", "source"),
    [
        # Captured: HDR10 that is tone-mapped to SDR still has the title of its source.
        (
            {"decision": "transcode", "colorTrc": "bt709", "displayTitle": "4K HDR10 (HEVC)"},
            None,
            "HDR10",
        ),
        ({"decision": "transcode", "displayTitle": "4K DoVi/HDR10 (HEVC)"}, None, "Dolby Vision"),
        (
            {"decision": "transcode", "colorTrc": "smpte2084", "DOVIPresent": True},
            "HDR10",
            "Dolby Vision",
        ),
        ({"decision": "transcode", "colorTrc": "arib-std-b67"}, "HLG", "HLG"),
        ({"colorTrc": "bt709", "displayTitle": "4K HDR10 (HEVC)"}, None, "HDR10"),
        ({"decision": "copy", "DOVIPresent": "1"}, "Dolby Vision", "Dolby Vision"),
        (
            {"decision": "copy", "colorTrc": "smpte2084", "displayTitle": "4K HDR10+ (HEVC)"},
            "HDR10+",
            "HDR10+",
        ),
        ({"displayTitle": "1080p HLG (HEVC)"}, "HLG", "HLG"),
    ],
)
def test_the_dynamic_range_is_that_of_the_output(
    video: Fields, dynamic_range: str | None, source: str | None
) -> None:
    found = SelectedMedia.parse({"Media": media(stream(VIDEO, **video))})
    assert (found.dynamic_range, found.source_dynamic_range) == (dynamic_range, source)


def test_video_is_transcoded_if_only_the_transcode_session_shows_it() -> None:
    session = parse(
        Media=media(stream(VIDEO, displayTitle="4K HDR10 (HEVC Main 10)")),
        TranscodeSession={"videoDecision": "transcode"},
    )
    assert session.media.dynamic_range is None


@pytest.mark.parametrize(
    ("transcode", "uses_hardware"),
    [
        ({"videoDecision": "transcode", "speed": 0, "progress": 0}, None),
        ({"videoDecision": "transcode", "transcodeHwDecodingTitle": "Intel ()"}, None),
        ({"videoDecision": "transcode", "speed": 2.4, "progress": 0}, False),
        ({"videoDecision": "transcode", "speed": 0, "progress": 3.5}, False),
        ({"videoDecision": "transcode", "speed": 0, "progress": -1}, None),
        ({"videoDecision": "transcode", "speed": 0.7, "progress": "-1"}, False),
        ({"videoDecision": "transcode", "throttled": True}, False),
        ({"videoDecision": "transcode", "transcodeHwEncoding": "vaapi", "speed": 0}, True),
        ({"videoDecision": "copy", "audioDecision": "transcode", "speed": 0}, False),
        ({"videoDecision": "copy", "audioDecision": "copy"}, False),
        (None, False),
    ],
)
def test_hardware_is_unknown_until_the_transcoder_runs(
    transcode: Fields | None, uses_hardware: bool | None
) -> None:
    fields = {"TranscodeSession": transcode} if transcode is not None else {}
    assert parse(**fields).uses_hardware is uses_hardware


def test_hardware_is_unknown_for_a_transcode_that_is_not_listed() -> None:
    session = parse(Media=media(stream(VIDEO, decision="transcode"), decision="transcode"))
    assert session.uses_hardware is None


@pytest.mark.parametrize(
    ("session", "bitrate", "bandwidth"),
    [
        ({"bandwidth": 8000}, 12_000, 8000),
        ({"bandwidth": "10000000"}, 12_000, 12_000),
        ({"bandwidth": 10_500_000}, "12000", 12_000),
        (None, 2085, 2085),
        (None, None, None),
        (None, 2_147_483_647, None),
        ({"bandwidth": -1}, 640, 640),
        ({"bandwidth": 10_000_000}, 0, None),
    ],
)
def test_the_bandwidth_is_that_of_the_media_where_none_or_no_limit_is_sent(
    session: Fields | None, bitrate: object, bandwidth: int | None
) -> None:
    fields: Fields = {"Media": media(bitrate=bitrate)}
    if session is not None:
        fields["Session"] = session
    assert parse(**fields).bandwidth == bandwidth


@pytest.mark.parametrize(
    ("session", "player", "location"),
    [
        ({"location": "lan"}, {"local": False}, "lan"),
        (None, {"local": True}, "lan"),
        (None, {"local": "0"}, "wan"),
        (None, {}, None),
        ({"location": "wan"}, {"relayed": True, "local": False}, "relay"),
        ({"location": "wan"}, {"relayed": "0"}, "wan"),
        ({"location": "cellular"}, {}, "cellular"),
    ],
)
def test_the_location_is_that_of_the_player_where_none_is_sent(
    session: Fields | None, player: Fields, location: str | None
) -> None:
    fields = {"Player": player} | ({"Session": session} if session is not None else {})
    assert parse(**fields).location == location


@pytest.mark.parametrize(
    ("player", "name"),
    [
        ({"title": "Living Room", "product": "Plex Web"}, "Living Room"),
        ({"title": "", "product": "Plex for LG", "device": "LG TV"}, "Plex for LG"),
        ({"title": " ", "device": "LG TV"}, "LG TV"),
        ({"platform": "DLNA"}, "DLNA"),
        ({}, None),
    ],
)
def test_a_player_without_a_title_is_named_by_product_or_device(
    player: Fields, name: str | None
) -> None:
    assert parse(Player=player).player.name == name


@pytest.mark.parametrize(
    ("fields", "is_extra"),
    [
        ({"type": "clip", "subtype": "trailer", "extraType": "1"}, True),
        ({"type": "clip", "extraType": 1}, True),
        ({"type": "clip", "subtype": "behindTheScenes"}, True),
        ({"type": "clip", "librarySectionID": "-2", "ratingKey": "12"}, True),
        ({"type": "clip", "librarySectionID": -2}, True),
        ({"type": "clip", "guid": "prerolls://x"}, True),
        # Music videos from the cloud are in the same section, with hexadecimal keys.
        ({"type": "clip", "librarySectionID": -2, "ratingKey": "5d07bbfc403c6402904a6105"}, False),
        ({"type": "clip", "librarySectionID": -2, "subtype": "musicVideo"}, False),
        ({"type": "clip", "extraType": 4}, False),
        ({"type": "clip", "librarySectionID": 5}, False),
        ({"type": "movie", "librarySectionID": 1}, False),
        ({"type": "episode", "librarySectionID": -4}, False),
    ],
)
def test_trailers_and_prerolls_are_extras(fields: Fields, is_extra: bool) -> None:
    assert MediaItem.parse(fields).is_extra is is_extra


@pytest.mark.parametrize(
    ("fields", "artist"),
    [
        (
            {"type": "track", "grandparentTitle": "Various Artists", "originalTitle": "Marlow"},
            "Marlow",
        ),
        ({"type": "track", "grandparentTitle": "Paper Kestrels"}, "Paper Kestrels"),
        ({"type": "album", "parentTitle": "Paper Kestrels"}, "Paper Kestrels"),
        ({"type": "movie", "originalTitle": "La Brume"}, None),
    ],
)
def test_the_artist_of_a_track_is_its_own(fields: Fields, artist: str | None) -> None:
    assert MediaItem.parse(fields).artist == artist


@pytest.mark.parametrize(
    ("value", "aired"),
    [
        ("2011-11-15", "2011-11-15"),
        ("2011-11-15 00:00:00", "2011-11-15"),
        ("2011", None),
        ("", None),
        (None, None),
    ],
)
def test_the_date_of_an_item_is_read(value: str | None, aired: str | None) -> None:
    fields = {} if value is None else {"originallyAvailableAt": value}
    assert MediaItem.parse(fields).aired == aired


def test_a_stream_is_the_same_after_a_restart_that_renumbers_the_sessions() -> None:
    player = {"machineIdentifier": "tv"}
    before, after, other = (
        parse(sessionKey=key, Session={"id": "s"}, Player=player | extra)
        for key, extra in (("450", {}), ("1", {}), ("1", {"machineIdentifier": "tablet"}))
    )
    assert before.stream_id == after.stream_id != other.stream_id
    assert before.playback_id == after.playback_id
    assert parse(sessionKey="1").stream_id != parse(sessionKey="2").stream_id


def test_viewers_who_are_not_signed_in_are_distinguished_by_their_players() -> None:
    viewers = [
        parse(User={"id": user, "title": " "}, Player={"machineIdentifier": player}).viewer
        for user, player in (("0", "tv"), (0, "tablet"), ("0", "tv"), ("5", "tv"))
    ]
    assert viewers == ["tv", "tablet", "tv", "5"]
