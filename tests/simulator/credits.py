"""Cast, crew, genres and ratings of items, as full metadata lists them.

They are in /library/metadata/{key} (ids and counts are numbers: recorded 2025; OpenAPI 1.2.2)
and in /status/sessions (strings). They are most of a session's size. Lists have the first
three of each, by name only.
"""

from functools import cache

from .encode import Scalar, Tree
from .library import Item, Kind

_CAST = {Kind.MOVIE: 20, Kind.EPISODE: 8, Kind.SHOW: 12}
_IN_LISTS = ("Genre", "Country", "Director", "Writer", "Role")
_VALUES_IN_LISTS = (
    *("contentRating", "rating", "ratingImage", "audienceRating", "audienceRatingImage"),
    *("studio", "tagline", "chapterSource", "hasPremiumPrimaryExtra", "primaryExtraKey"),
)
_GIVEN = ("Ada", "Bram", "Cleo", "Dario", "Edda", "Femi", "Greta", "Hugo", "Iris", "Jonas", "Kaya")
_FAMILY = ("Ashdown", "Brook", "Calder", "Dunmore", "Eskdale", "Fenwick", "Garrow")
_COUNTRIES = ("Iceland", "Portugal", "Norway", "Ireland")
_MORE_GENRES = ("Family", "Fantasy")
_MOODS = ("Calm", "Hopeful", "Playful")
_MUSIC = frozenset({Kind.ARTIST, Kind.ALBUM})


@cache
def credits_tree(
    kind: Kind, rating_key: int, genres: tuple[str, ...], *, is_quoted: bool = False
) -> Tree:
    """Return ratings and tags of an item; photos, tracks and seasons have none.

    is_quoted: ids and counts are strings, as sessions list them (types of a Go client, 2024).
    """
    if kind in _MUSIC:
        tree = _music_tags(kind, rating_key, genres)
    elif (cast := _CAST.get(kind)) is None:
        return {}
    else:
        tree = (
            _ratings(rating_key) | _extras(kind, rating_key) | _video_tags(rating_key, genres, cast)
        )
    return {key: _quoted(value) for key, value in tree.items()} if is_quoted else tree


def with_credits(tree: Tree, item: Item, *, is_quoted: bool = False) -> Tree:
    """Return an item with its full credits; attributes of the item come first."""
    return (
        tree
        | credits_tree(item.kind, item.rating_key, item.genres, is_quoted=is_quoted)
        | (item.attributes)
    )


@cache
def list_credits(kind: Kind, rating_key: int, genres: tuple[str, ...]) -> Tree:
    """Return ratings and the first tags of an item, as lists have them."""
    tree = credits_tree(kind, rating_key, genres)
    found: Tree = {name: tree[name] for name in _VALUES_IN_LISTS if name in tree}
    if kind is Kind.EPISODE:
        return found
    for name in _IN_LISTS:
        rows = tree.get(name)
        if isinstance(rows, list):
            found[name] = [{"tag": row["tag"]} for row in rows[:3]]
    return found


def _ratings(rating_key: int) -> Tree:
    return {
        "contentRating": "PG",
        "audienceRating": 5 + rating_key % 40 / 10,
        "audienceRatingImage": "themoviedb://image.rating",
        "UltraBlurColors": {
            "topLeft": f"{rating_key * 7919 % 0xFFFFFF:06x}",
            "topRight": f"{rating_key * 104_729 % 0xFFFFFF:06x}",
            "bottomRight": f"{rating_key * 1_299_709 % 0xFFFFFF:06x}",
            "bottomLeft": f"{rating_key * 15_485_863 % 0xFFFFFF:06x}",
        },
        "Rating": [
            {"image": "imdb://image.rating", "value": 7.1, "type": "audience"},
            {"image": "themoviedb://image.rating", "value": 6.8, "type": "audience"},
        ],
    }


def _extras(kind: Kind, rating_key: int) -> Tree:
    """Return studio, tagline and trailer, which movies and shows have."""
    if kind is Kind.EPISODE:
        return {}
    tree: Tree = {
        "studio": "Saltmarsh Pictures",
        "tagline": "The tide keeps no secrets.",
        "rating": 4 + rating_key % 50 / 10,
        "ratingImage": "rottentomatoes://image.rating.ripe",
    }
    if kind is Kind.MOVIE:
        tree |= {
            "chapterSource": "media",
            "hasPremiumPrimaryExtra": "1",
            "primaryExtraKey": f"/library/metadata/{910_000 + rating_key}",
        }
    return tree


def _video_tags(rating_key: int, genres: tuple[str, ...], cast: int) -> Tree:
    return {
        "Genre": _genres((*genres, *_MORE_GENRES)),
        "Country": [_country(rating_key)],
        "Director": [_person("director", rating_key, 1)],
        "Writer": [_person("writer", rating_key, 10 + place) for place in range(2)],
        "Producer": [_person("producer", rating_key, 20 + place) for place in range(3)],
        "Role": [
            _person("actor", rating_key, 30 + place) | {"role": f"Keeper no. {place + 1}"}
            for place in range(cast)
        ],
    }


def _music_tags(kind: Kind, rating_key: int, genres: tuple[str, ...]) -> Tree:
    tree: Tree = {
        "Genre": _genres(genres or ("Folk",)),
        "Mood": [_tag("mood", 70 + rating_key % 3, _MOODS[rating_key % 3])],
        "Style": [_tag("style", 60, "Chamber Folk")],
    }
    return tree | {"Country": [_country(rating_key)]} if kind is Kind.ARTIST else tree


def _genres(names: tuple[str, ...]) -> list[Tree]:
    """Return the genres; one name has the same id wherever it is."""
    return [_tag("genre", 90 + sum(name.encode()), name) for name in names]


def _country(rating_key: int) -> Tree:
    place = rating_key % len(_COUNTRIES)
    return _tag("country", 80 + place, _COUNTRIES[place])


def _quoted(value: Scalar | Tree | list[Tree]) -> Scalar | Tree | list[Tree]:
    if not isinstance(value, list):
        return value
    return [{key: str(inner) for key, inner in row.items()} for row in value]


def _tag(kind: str, number: int, name: str) -> Tree:
    return {"id": number, "filter": f"{kind}={number}", "tag": name, "count": 7}


def _person(kind: str, rating_key: int, place: int) -> Tree:
    number = (rating_key * 13 + place * 5) % (len(_GIVEN) * len(_FAMILY))
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]
    return _tag(kind, 1000 + number, f"{given} {family}") | {
        "tagKey": f"{number:024x}",
        "thumb": f"https://metadata-static.plex.tv/people/{number:024x}.jpg",
    }
