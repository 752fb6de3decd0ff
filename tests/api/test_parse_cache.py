"""Reuse of parsed values between responses."""

from collections.abc import Callable, Iterator, Mapping
from typing import override

import pytest

from custom_components.plex_pulse.api import (
    MediaItem,
    MediaStream,
    SelectedMedia,
    Session,
    TranscodeSettings,
)
from custom_components.plex_pulse.api.models.coerce import JsonObject, children
from custom_components.plex_pulse.api.models.media import parse_item
from custom_components.plex_pulse.api.models.parse_cache import parse_cached
from custom_components.plex_pulse.api.models.selected_media import MediaFormat
from custom_components.plex_pulse.api.models.session import Player, User

from .fixture_files import container

MAX_SIZE = 2


class RecordingFields(Mapping[str, object]):
    """Fields that record which keys are read."""

    def __init__(self, fields: JsonObject) -> None:
        """Contain these fields."""
        self.read: set[str] = set()
        self._fields = fields

    @override
    def __getitem__(self, key: str) -> object:
        """Return a value and record its key."""
        self.read.add(key)
        return self._fields[key]

    @override
    def __iter__(self) -> Iterator[str]:
        """Iterate over the keys."""
        return iter(self._fields)

    @override
    def __len__(self) -> int:
        """Return the number of fields."""
        return len(self._fields)


def parsed_session(fields: JsonObject) -> Session:
    """Return a session."""
    session = Session.parse(fields)
    assert session is not None
    return session


def player_of(fields: JsonObject) -> Player:
    """Return the player of a session."""
    return parsed_session({"sessionKey": "1", **fields}).player


def user_of(fields: JsonObject) -> User | None:
    """Return the user of a session."""
    return parsed_session({"sessionKey": "1", "User": fields}).user


def settings_of(fields: JsonObject) -> TranscodeSettings:
    """Return the settings of the transcode of a session."""
    transcode = parsed_session({"sessionKey": "1", "TranscodeSession": fields}).transcode
    assert transcode is not None
    return transcode.settings


def media_of(fields: JsonObject) -> SelectedMedia:
    """Return the media of a session."""
    return parsed_session({"sessionKey": "1", "Media": [fields]}).media


def stream_of(fields: JsonObject) -> MediaStream | None:
    """Return the video stream of a session."""
    return media_of({"Part": [{"Stream": [fields]}]}).video


@pytest.mark.parametrize("name", ["sessions_2022", "sessions_live_tv", "sessions_throttled"])
def test_equal_sessions_share_all_parts_that_are_cached(name: str) -> None:
    first, second = (parsed_session(children(container(name), "Metadata")[0]) for _ in range(2))
    assert first == second
    assert first.item is second.item
    assert first.player is second.player
    assert first.media is second.media
    assert first.user is second.user
    if first.transcode is not None:
        assert second.transcode is not None
        assert first.transcode.settings is second.transcode.settings


@pytest.mark.parametrize(
    ("parse", "parse_from_cache", "fields"),
    [
        (MediaItem.parse, parse_item, {"type": "clip", "subtype": "other"}),
        (MediaItem.parse, parse_item, {"type": "clip", "librarySectionID": -2}),
        (Player.parse, lambda fields: player_of({"Player": fields}), {}),
        (User.parse, user_of, {"id": "1"}),
        (TranscodeSettings.parse, settings_of, {"key": "1"}),
        (MediaFormat.parse, lambda fields: media_of(fields).format, {}),
        (MediaStream.parse, stream_of, {"streamType": 1}),
    ],
    ids=["clip", "preroll", "player", "user", "transcode", "format", "stream"],
)
def test_change_of_any_field_that_is_read_gives_another_value(
    parse: Callable[[JsonObject], object],
    parse_from_cache: Callable[[JsonObject], object],
    fields: JsonObject,
) -> None:
    """A field that the key of the cache lacked would keep the value that was read first."""
    recorded = RecordingFields(fields)
    parse(recorded)
    assert recorded.read
    for key in recorded.read - set(fields):
        for value in ("7", "/x", 1, True, None, ["1"]):
            changed = {**fields, key: value}
            assert parse_from_cache(changed) == parse(changed), (key, value)


@pytest.mark.parametrize(
    "changed",
    [
        {"sourceTitle": "Seven"},
        {"Media": [{"Part": [{"decision": "copy"}]}]},
        {"Media": [{"Part": [{"protocol": "dash"}]}]},
        {"Media": [{"Part": [{"Stream": [{"streamType": 1}]}]}]},
        {"Media": [{"Part": [{"Stream": [{"streamType": 1}, {"streamType": 3, "burn": True}]}]}]},
    ],
    ids=["channel", "decision", "protocol", "stream", "subtitles"],
)
def test_change_of_the_item_or_part_gives_other_media(changed: JsonObject) -> None:
    fields: JsonObject = {"Media": [{"Part": [{}]}]}
    media = SelectedMedia.parse(fields)
    assert SelectedMedia.parse({**fields, **changed}) != media
    assert SelectedMedia.parse(fields) is media


def test_media_of_a_transcode_differ_from_those_of_a_copy() -> None:
    stream = {"streamType": 1, "DOVIPresent": True, "colorTrc": "smpte2084"}
    fields = {"Media": [{"Part": [{"Stream": [stream]}]}]}
    ranges = [SelectedMedia.parse(fields, is_transcoded=value) for value in (False, True)]
    assert [media.dynamic_range for media in ranges] == ["Dolby Vision", "HDR10"]


@pytest.mark.parametrize(
    "stream", [{"title": "a"}, {"displayTitle": "a" * 5_000}], ids=["short", "long"]
)
def test_media_with_many_or_long_values_are_parsed_each_time(stream: JsonObject) -> None:
    """The cache would keep hundreds of them."""
    streams = [{"streamType": 2, **stream}] * 100
    fields = {"Media": [{"Part": [{"Stream": streams}]}]}
    first, second = SelectedMedia.parse(fields), SelectedMedia.parse(fields)
    assert first == second
    assert first is not second


def test_cache_keeps_the_results_that_were_used_last() -> None:
    parsed: list[object] = []

    def parse(fields: JsonObject) -> object:
        parsed.append(fields.get("key"))
        return object()

    from_cache = parse_cached(parse, ("key",), MAX_SIZE)
    first = from_cache({"key": 1, "other": 1})
    from_cache({"key": 2})
    assert from_cache({"key": 1, "other": 2}) is first
    from_cache({"key": 3})
    assert from_cache({"key": 1}) is first
    from_cache({"key": 2})
    assert parsed == [1, 2, 3, 2]


def test_list_in_place_of_a_value_is_parsed_each_time() -> None:
    from_cache = parse_cached(lambda fields: [fields.get("key")], ("key",), MAX_SIZE)
    assert from_cache({"key": [1]}) == [[1]]
    assert from_cache({"key": [2]}) == [[2]]
    assert from_cache({"key": {}}) == [{}]
