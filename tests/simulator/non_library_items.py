"""Items that play without belonging to a library: live TV and prerolls."""

from dataclasses import replace

from .library import Item, Kind, Section
from .media import HD, MediaInfo

CHANNEL_TITLE = "Channel 7"
CHANNEL_SIGN = "KTDE"
CHANNEL_NUMBER = "7.1"
PROGRAM_SECONDS = 3600
_LIVE_TV_SECTION = -4
_PREROLL_SECTION = -2
_CLOUD_SECTION = -3
_PREROLL_DURATION = 20_000


def live_tv_program(title: str, now: float) -> Item:
    """Return a live program without a duration; its codecs are "*", as recorded."""
    media = MediaInfo(
        container="mkv",
        width=1920,
        height=1080,
        resolution="1080p",
        video_codec="*",
        frame_rate="NTSC",
        audio_codec="*",
        audio_channels=6,
    )
    return _item(Kind.EPISODE, title, _LIVE_TV_SECTION, media, now)


def preroll(title: str, now: float) -> Item:
    """Return a preroll of twenty seconds."""
    item = _item(Kind.CLIP, title, _PREROLL_SECTION, replace(HD, size=7_800_000), now)
    item.duration = _PREROLL_DURATION
    return item


def trailer(title: str, of: Item, now: float) -> Item:
    """Return a trailer of a movie: a clip that belongs to the movie's library."""
    item = _item(Kind.CLIP, title, of.section.key, replace(HD, size=31_000_000), now)
    item.section = of.section
    item.rating_key = 910_000 + of.rating_key
    item.duration = 100_000
    item.attributes = {"subtype": "trailer", "extraType": "1"}
    return item


def cloud_track(title: str, now: float) -> Item:
    """Return a track of a streaming service in the user's library (recorded 2022)."""
    media = MediaInfo(
        container="mp4", bitrate=320, audio_codec="aac", audio_channels=2, has_lyrics=True
    )
    item = _item(Kind.TRACK, title, _CLOUD_SECTION, media, now)
    item.duration = 369_573
    item.attributes = {
        "attribution": "com.tidal",
        "oneShot": True,
        "remoteMedia": True,
        "skipCount": 4,
        "sourceKey": "/library/metadata/5c038b3e48a2d2001de6a1a6",
        "grandparentTitle": "Paper Kestrels",
        "parentTitle": "Windfall",
    }
    return item


def _item(kind: Kind, title: str, section_key: int, media: MediaInfo, now: float) -> Item:
    section = Section(
        key=section_key,
        type="movie",
        title="",
        agent="",
        scanner="",
        uuid="",
        created_at=int(now),
        scanned_at=int(now),
    )
    return Item(
        rating_key=900_000 - section_key,
        kind=kind,
        section=section,
        title=title,
        parent=None,
        index=1,
        added_at=int(now),
        media=media,
    )
