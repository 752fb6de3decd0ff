"""The synthetic library that the scenarios start with."""

from collections.abc import Iterator

from .library import Item, Kind, Library, Section
from .media import (
    FLAC,
    FULL_HD,
    FULL_HD_HEVC,
    HD,
    JPEG,
    MP3,
    UHD_DOLBY_VISION,
    UHD_HDR,
    MediaInfo,
)

_MINUTE = 60_000
_HOUR = 3600
_DAY = 24 * _HOUR
_YEAR = 365 * _DAY

_FIRST = ("Amber", "Borrowed", "Copper", "Drifting", "Eleventh", "Folded", "Gilded", "Hollow")
_SECOND = ("Almanac", "Beacon", "Causeway", "Driftwood", "Estuary")
_FILM_MEDIA = (UHD_HDR, FULL_HD, UHD_DOLBY_VISION, FULL_HD_HEVC, HD, FULL_HD)
_GENRES = ("Adventure", "Comedy", "Drama", "Mystery", "Science Fiction")

_SHOWS = {
    "Tidewrack Bay": (8, 8),
    "The Lamplighter Files": (6, 6),
    "Mossgate Allotments": (10,),
    "Relay Station Nine": (5, 5),
    "Small Hours Bakery": (6,),
    "Cartwheel Lane": (6,),
}
_ALBUMS = {
    "Paper Kestrels": ("Windfall", "Second Windfall", "Lee Shore"),
    "Odd Socks Quartet": ("Left Foot", "Right Foot"),
    "Marrow & Thyme": ("Kitchen Tapes", "Slow Simmer", "Sunday Leftovers"),
    "The Velvet Turnips": ("Rooted", "Unearthed"),
    "Lumen Ferry": ("Crossing", "Return Crossing"),
}
_PHOTO_ALBUMS = {"Harbour in spring": 14, "Garden diary": 10, "Workshop": 8}
_HOME_VIDEOS = ("First snow", "Kite afternoon", "Boat launch", "Bread attempt", "Cat and box")
_KIDS_MOVIES = (
    "Pip and the Paper Boat",
    "Seven Sleepy Snails",
    "The Umbrella Orchestra",
    "Captain Marmalade",
    "Nim Finds North",
    "The Button Parade",
    "A Whale in the Attic",
    "Goodnight, Lighthouse",
)


def populate(library: Library, now: float) -> None:
    """Fill an empty library; the newest item is a few hours old."""
    _add_films(library, library.add_section("Movies", "movie"), now)
    _add_shows(library, library.add_section("TV Shows", "show"), now)
    _add_music(library, library.add_section("Music", "artist"), now)
    _add_photos(library, library.add_section("Photos", "photo"), now)
    home = library.add_section("Home Videos", "movie", personal=True)
    _add_videos(library, home, _HOME_VIDEOS, HD, 4, now - 9 * _DAY)
    kids = library.add_section("Kids Movies", "movie")
    _add_videos(library, kids, _KIDS_MOVIES, FULL_HD, 74, now - 4 * _DAY)
    for section in library.sections.values():
        section.created_at = int(now - 3 * _YEAR)
        section.scanned_at = int(now - _HOUR)


def _backwards(now: float, step: float) -> Iterator[float]:
    while True:
        yield now
        now -= step


def _add_films(library: Library, section: Section, now: float) -> None:
    added = _backwards(now - 5 * _HOUR, 6.5 * _DAY)
    titles = [f"The {first} {second}" for second in _SECOND for first in _FIRST]
    films: list[Item] = []
    for number, (title, added_at) in enumerate(zip(titles, added, strict=False)):
        name = title.removeprefix("The ").lower()
        films.append(
            library.add_item(
                Kind.MOVIE,
                title,
                section,
                added_at=added_at,
                year=1994 + number * 7 % 31,
                duration=(88 + number * 11 % 67) * _MINUTE,
                summary=f"What the keepers of the {name} left unsaid.",
                genres=(_GENRES[number % len(_GENRES)],),
                media=_FILM_MEDIA[number % len(_FILM_MEDIA)],
            )
        )
    shelf = library.add_item(Kind.COLLECTION, "The Amber Shelf", section, added_at=now - _YEAR)
    shelf.children.extend(films[:: len(_FIRST)])


def _add_shows(library: Library, section: Section, now: float) -> None:
    added = _backwards(now - 7 * _HOUR, 2 * _DAY)
    for number, (title, seasons) in enumerate(_SHOWS.items()):
        show = library.add_item(
            Kind.SHOW,
            title,
            section,
            added_at=now - _YEAR,
            year=2009 + number * 3,
            summary=f"Life around {title}, one evening at a time.",
            genres=(_GENRES[number % len(_GENRES)],),
        )
        for season_number, episodes in enumerate(seasons, start=1):
            season = library.add_item(
                Kind.SEASON, f"Season {season_number}", show, added_at=now - _YEAR
            )
            for episode in range(1, episodes + 1):
                library.add_item(
                    Kind.EPISODE,
                    f"Chapter {episode}",
                    season,
                    added_at=next(added),
                    year=2009 + number * 3 + season_number - 1,
                    duration=(24 + number * 5) * _MINUTE,
                    media=FULL_HD_HEVC if number % 2 else FULL_HD,
                )


def _add_music(library: Library, section: Section, now: float) -> None:
    added = _backwards(now - 2 * _DAY, 21 * _DAY)
    for number, (name, albums) in enumerate(_ALBUMS.items()):
        artist = library.add_item(Kind.ARTIST, name, section, added_at=now - _YEAR)
        for title in albums:
            added_at = next(added)
            album = library.add_item(
                Kind.ALBUM, title, artist, added_at=added_at, year=2001 + number * 4
            )
            for track in range(1, 10 if number % 2 else 9):
                library.add_item(
                    Kind.TRACK,
                    f"{title}, part {track}",
                    album,
                    added_at=added_at,
                    duration=(2 * 60 + track * 23 % 160) * 1000,
                    media=MP3 if number % 2 else FLAC,
                )


def _add_photos(library: Library, section: Section, now: float) -> None:
    for number, (title, pictures) in enumerate(_PHOTO_ALBUMS.items()):
        added_at = now - (number * 40 + 3) * _DAY
        album = library.add_item(Kind.PHOTO_ALBUM, title, section, added_at=added_at)
        for picture in range(1, pictures + 1):
            library.add_item(Kind.PHOTO, f"{title} {picture}", album, added_at=added_at, media=JPEG)


def _add_videos(
    library: Library,
    section: Section,
    titles: tuple[str, ...],
    media: MediaInfo,
    minutes: int,
    now: float,
) -> None:
    for number, (title, added_at) in enumerate(
        zip(titles, _backwards(now, 17 * _DAY), strict=False)
    ):
        library.add_item(
            Kind.MOVIE,
            title,
            section,
            added_at=added_at,
            year=2021 - number,
            duration=(minutes + number) * _MINUTE,
            media=media,
        )
