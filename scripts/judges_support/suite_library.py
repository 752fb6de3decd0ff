"""The library that python-plexapi's own tests expect: its titles, seasons, tracks and photos."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from tests.simulator.encode import Tree
from tests.simulator.library import Item, Kind, Library, Section
from tests.simulator.media import MediaInfo

_MINUTE: Final = 60_000
_DAY: Final = 86_400
_LONG_TEXT: Final = "Three keepers share one lighthouse, one lamp and one secret for a winter. " * 2

_VIDEO: Final = MediaInfo(
    container="mp4",
    bitrate=4_000,
    width=1920,
    height=1080,
    resolution="1080",
    video_codec="h264",
    video_profile="main",
    frame_rate="24p",
    audio_codec="aac",
    audio_channels=2,
    size=48_000_000,
)
_AUDIO: Final = MediaInfo(
    container="mp3", bitrate=128, audio_codec="mp3", audio_channels=2, size=3_761_053
)
_PHOTO: Final = MediaInfo(container="jpeg", width=640, height=480, size=30_000)

# Title, year, guid at Plex, other guids.
_MOVIES: Final = (
    ("Big Buck Bunny", 2008, "5d776833880197001ec93ca1", "imdb://tt1254207"),
    ("Elephants Dream", 2006, "5d77682f8718ba001e3141ba", "imdb://tt0807840"),
    ("Sintel", 2010, "5d776847880197001ec96800", "imdb://tt1727587"),
    ("Sita Sings the Blues", 2008, "5d776846880197001ec967c6", "imdb://tt1172203"),
)
_SHOWS: Final[tuple[tuple[str, int, str, str, tuple[Sequence[str], ...]], ...]] = (
    (
        "Game of Thrones",
        2011,
        "5d9c086c46115600200aa2fe",
        "tvdb://121361",
        (
            ("Winter Is Coming", *(f"Chapter {number}" for number in range(2, 11))),
            [f"Chapter {number}" for number in range(1, 11)],
        ),
    ),
    (
        "The 100",
        2014,
        "5d9c08544eefaa001f5daa50",
        "tvdb://268592",
        (
            ("Pilot", "Coup de Grâce", *(f"Day {number}" for number in range(3, 14))),
            [f"Night {number}" for number in range(1, 17)],
        ),
    ),
)


def populate_for_suite(library: Library, now: float) -> None:
    """Fill an empty library with what the suite looks for."""
    _add_movies(library, library.add_section("Movies", "movie"), now)
    _add_shows(library, library.add_section("TV Shows", "show"), now)
    _add_music(library, library.add_section("Music", "artist"), now)
    _add_photos(library, library.add_section("Photos", "photo"), now)
    for section in library.sections.values():
        section.scanner = "Plex Movie" if section.type == "movie" else section.scanner


def _known(guid: str, *others: str) -> Tree:
    return {"guid": guid, "Guid": [{"id": other} for other in others]}


def _add_movies(library: Library, section: Section, now: float) -> None:
    for number, (title, year, guid, other) in enumerate(_MOVIES):
        movie = library.add_item(
            Kind.MOVIE,
            title,
            section,
            added_at=now - number * _DAY,
            year=year,
            duration=(10 + number) * _MINUTE,
            summary=_LONG_TEXT,
            genres=("Animation", "Comedy" if number % 2 else "Adventure"),
            media=_VIDEO,
        )
        movie.attributes = _known(f"plex://movie/{guid}", other, f"tmdb://{10_000 + number}") | {
            "contentRating": "NR",
            "studio": "Open Studio",
            "tagline": "Free to watch.",
            "rating": 7.5,
            "ratingImage": "rottentomatoes://image.rating.ripe",
            "audienceRatingImage": "rottentomatoes://image.rating.upright",
        }


def _add_shows(library: Library, section: Section, now: float) -> None:
    for number, (title, year, guid, other, seasons) in enumerate(_SHOWS):
        show = library.add_item(
            Kind.SHOW,
            title,
            section,
            added_at=now - number * _DAY,
            year=year,
            duration=45 * _MINUTE,
            summary=_LONG_TEXT,
            genres=("Drama",),
        )
        show.attributes = _known(f"plex://show/{guid}", other, f"tmdb://{1399 + number}") | {
            "contentRating": "TV-MA" if number == 0 else "TV-14",
        }
        for season_number, titles in enumerate(seasons, start=1):
            _add_season(library, show, season_number, titles, now)


def _add_season(
    library: Library, show: Item, number: int, titles: Sequence[str], now: float
) -> None:
    season = library.add_item(
        Kind.SEASON, f"Season {number}", show, added_at=now, summary=_LONG_TEXT
    )
    for place, title in enumerate(titles):
        episode = library.add_item(
            Kind.EPISODE,
            title,
            season,
            added_at=now - place,
            year=show.year,
            duration=3 * _MINUTE,
            summary=_LONG_TEXT,
            media=_VIDEO,
        )
        episode.attributes = {"contentRating": "TV-MA"}


def _add_music(library: Library, section: Section, now: float) -> None:
    artist = library.add_item(Kind.ARTIST, "Broke For Free", section, added_at=now)
    artist.attributes = _known(
        "plex://artist/5d07bdaf403c64029060f8c4", "mbid://069a1c1f-14eb-4d36-b0a0-77dffbd67713"
    )
    album = library.add_item(Kind.ALBUM, "Layers", artist, added_at=now, year=2012)
    track = library.add_item(
        Kind.TRACK,
        "As Colourful as Ever",
        album,
        added_at=now,
        duration=3 * _MINUTE,
        media=_AUDIO,
    )
    track.attributes = {"originalTitle": "Broke For Free", "ratingCount": 5}


def _add_photos(library: Library, section: Section, now: float) -> None:
    cats = library.add_item(Kind.PHOTO_ALBUM, "Cats", section, added_at=now)
    for title, count in (("Cats in bed", 7), ("Cats not in bed", 1), ("Not cats", 2)):
        album = library.add_item(Kind.PHOTO_ALBUM, title, cats, added_at=now)
        for number in range(1, count + 1):
            library.add_item(Kind.PHOTO, f"photo{number}", album, added_at=now, media=_PHOTO)
    for number in range(1, 4):
        library.add_item(
            Kind.PHOTO, f"photo{number}", cats, added_at=now, media=replace(_PHOTO, size=40_000)
        )
