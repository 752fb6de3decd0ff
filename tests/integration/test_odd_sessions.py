"""Sessions as servers have been seen to list them: live TV, prerolls, values of former years."""

from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from tests.entity_ids import STREAMS

from .event_recorder import EventListener
from .helpers import state_of
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

BURNED: Final[dict[str, object]] = {
    "Session": {},
    "Media": [
        {
            "id": "1",
            "bitrate": "9299",
            "videoResolution": "1080",
            "videoCodec": "h264",
            "Part": [
                {
                    "id": "1",
                    "decision": "transcode",
                    "Stream": [
                        {"streamType": "1", "codec": "h264", "decision": "transcode"},
                        {
                            "streamType": "2",
                            "codec": "aac",
                            "selected": "1",
                            "decision": "transcode",
                        },
                        {
                            "streamType": "3",
                            "displayTitle": "English (ASS)",
                            "burn": "1",
                            "selected": "1",
                            "decision": "burn",
                        },
                    ],
                }
            ],
        }
    ],
}
"""Listed in 2020: only strings, no transcode, and no `selected` of the video."""
MUSIC: Final[dict[str, object]] = {
    "Session": {},
    "type": "track",
    "title": "Driftwood",
    "parentTitle": "Low Water",
    "grandparentTitle": "Gulls",
    "duration": "369573",
    "viewOffset": "60000",
    "Media": [{"id": "1", "audioCodec": "flac", "selected": "1", "Part": [{"id": "1"}]}],
    "Player": {
        "machineIdentifier": "player of juniper",
        "state": "playing",
        "local": False,
        "userID": 1,
    },
}
"""A track in Plexamp as listed in 2022: only strings, no Session."""


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        (
            BURNED,
            {
                "method": "transcode",
                "subtitle_decision": "burn",
                "subtitles": "English (ASS)",
                "codec": "h264",
                "bandwidth": 9299,
            },
        ),
        (
            MUSIC,
            {"title": "Driftwood", "artist": "Gulls", "album": "Low Water", "location": "wan"},
        ),
    ],
    ids=["burned subtitles of 2020", "music of 2022"],
)
async def test_values_of_a_session_of_former_years(
    hass: HomeAssistant,
    server: ScriptedSessions,
    changes: dict[str, object],
    expected: dict[str, object],
) -> None:
    server.list_session("12", changes=changes)
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(1)
    (stream,) = state_of(hass, STREAMS).attributes["streams"]
    assert {name: stream[name] for name in expected} == expected


def _live(title: str) -> dict[str, object]:
    """Return a program of live TV."""
    return {"live": 1, "title": title, "duration": None, "librarySectionID": -4}


async def test_one_of_two_viewers_of_a_channel_stops(
    server: ScriptedSessions, listener: EventListener
) -> None:
    for key, user in (("12", "juniper"), ("13", "marin")):
        server.list_session(key, item="live1", user=user, changes=_live("News"))
        await server.report(key, "playing", ratingKey="live1")
    await server.run_for(1)
    assert listener.new_events == [("started", "News")] * 2
    server.unlist("12")
    await server.report("12", "stopped", ratingKey="live1")
    assert server.streams == [("marin", "playing")]
    assert listener.new_events == [("stopped", "News")]


async def test_next_program_of_a_channel_under_the_same_key(
    hass: HomeAssistant, server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12", item="live1", changes=_live("News"))
    await server.report("12", "playing", ratingKey="live1")
    await server.run_for(1)
    server.list_session("12", item="live2", changes=_live("Weather"))
    await server.report("12", "playing", ratingKey="live2", viewOffset=0)
    await server.run_for(1)
    assert listener.new_events == [("started", "News"), ("stopped", "News"), ("started", "Weather")]
    (stream,) = state_of(hass, STREAMS).attributes["streams"]
    assert stream["title"] == "Weather"


async def test_movie_after_a_preroll_under_the_same_key(
    hass: HomeAssistant, server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("12", item="499", changes={"type": "clip", "librarySectionID": "-2"})
    await server.report("12", "playing", ratingKey="499")
    await server.run_for(3)
    assert server.streams == []
    assert state_of(hass, STREAMS).attributes["extras"] == 1
    server.list_session("12")
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(1)
    assert server.streams == [("juniper", "playing")]
    assert listener.new_events == [("started", "Item 500")]


@pytest.mark.parametrize(
    "player",
    [{}, {"state": "idle"}, {"state": ""}, {"state": "stopped"}, {"state": "Playing"}],
    ids=["empty", "idle", "no state", "stopped", "capital letter"],
)
async def test_an_unknown_player_state_counts_as_playing(
    hass: HomeAssistant,
    server: ScriptedSessions,
    listener: EventListener,
    player: dict[str, object],
) -> None:
    server.list_session("12", changes={"Player": player})
    await server.report("12", "idle", ratingKey="500")
    await server.run_for(1)
    assert server.streams == [("juniper", "playing")]
    # A report of a state that is not known changes nothing, and a known one is shown.
    await server.report("12", "idle", ratingKey="500")
    assert server.streams == [("juniper", "playing")]
    await server.report("12", "paused", ratingKey="500")
    assert server.streams == [("juniper", "paused")]
    await server.report("12", "idle", ratingKey="500")
    assert server.streams == [("juniper", "playing")]
    assert [kind for kind, _ in listener.new_events] == ["started", "paused", "resumed"]


async def test_unknown_location_and_type_are_not_shown(
    hass: HomeAssistant, server: ScriptedSessions
) -> None:
    server.list_session(
        "12",
        changes={
            "type": "hologram",
            "Session": {"location": "orbit"},
            "Player": {"machineIdentifier": "tv", "local": True},
        },
    )
    server.list_session("13", changes={"type": None, "Session": {"location": "orbit"}})
    await server.report("12", "playing", ratingKey="500")
    await server.run_for(1)
    streams = state_of(hass, STREAMS).attributes["streams"]
    assert [(stream["type"], stream["location"]) for stream in streams] == [
        (None, "lan"),
        (None, None),
    ]
