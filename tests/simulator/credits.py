"""Cast, crew, genres and ratings of movies and episodes, as full metadata lists them.

They are in /library/metadata/{key} (ids and counts are numbers: recorded 2025; OpenAPI 1.2.2)
and in /status/sessions (strings). They are most of a session's size.
"""

from functools import cache

from .encode import Scalar, Tree
from .library import Item, Kind

_CAST = {Kind.MOVIE: 20, Kind.EPISODE: 8}
_GIVEN = ("Ada", "Bram", "Cleo", "Dario", "Edda", "Femi", "Greta", "Hugo", "Iris", "Jonas", "Kaya")
_FAMILY = ("Ashdown", "Brook", "Calder", "Dunmore", "Eskdale", "Fenwick", "Garrow")
_COUNTRIES = ("Iceland", "Portugal", "Norway", "Ireland")
_MORE_GENRES = ("Family", "Fantasy")


@cache
def credits_tree(
    kind: Kind, rating_key: int, genres: tuple[str, ...], *, is_quoted: bool = False
) -> Tree:
    """Return the tags of an item; only movies and episodes have any.

    is_quoted: ids and counts are strings, as sessions list them (types of a Go client, 2024).
    """
    if (cast := _CAST.get(kind)) is None:
        return {}
    names = (*genres, *_MORE_GENRES)
    tree: Tree = {
        "contentRating": "PG",
        "audienceRating": 5 + rating_key % 40 / 10,
        "audienceRatingImage": "themoviedb://image.rating",
        "UltraBlurColors": {
            "topLeft": f"{rating_key * 7919 % 0xFFFFFF:06x}",
            "topRight": f"{rating_key * 104_729 % 0xFFFFFF:06x}",
            "bottomRight": f"{rating_key * 1_299_709 % 0xFFFFFF:06x}",
            "bottomLeft": f"{rating_key * 15_485_863 % 0xFFFFFF:06x}",
        },
        "Genre": [_tag("genre", 90 + place, name) for place, name in enumerate(names)],
        "Country": [_tag("country", 80, _COUNTRIES[rating_key % len(_COUNTRIES)])],
        "Rating": [
            {"image": "imdb://image.rating", "value": 7.1, "type": "audience"},
            {"image": "themoviedb://image.rating", "value": 6.8, "type": "audience"},
        ],
        "Director": [_person("director", rating_key, 1)],
        "Writer": [_person("writer", rating_key, 10 + place) for place in range(2)],
        "Producer": [_person("producer", rating_key, 20 + place) for place in range(3)],
        "Role": [
            _person("actor", rating_key, 30 + place) | {"role": f"Keeper no. {place + 1}"}
            for place in range(cast)
        ],
    }
    return {key: _quoted(value) for key, value in tree.items()} if is_quoted else tree


def with_credits(tree: Tree, item: Item, *, is_quoted: bool = False) -> Tree:
    """Return an item with its full credits, which replace the tags of a list."""
    return tree | credits_tree(item.kind, item.rating_key, item.genres, is_quoted=is_quoted)


def _quoted(value: Scalar | Tree | list[Tree]) -> Scalar | Tree | list[Tree]:
    if not isinstance(value, list):
        return value
    return [{key: str(inner) for key, inner in row.items()} for row in value]


def _tag(kind: str, number: int, name: str) -> Tree:
    return {"id": number, "filter": f"{kind}={number}", "tag": name, "count": 7}


def _person(kind: str, rating_key: int, place: int) -> Tree:
    number = rating_key * 13 + place * 5
    given, family = _GIVEN[number % len(_GIVEN)], _FAMILY[number % len(_FAMILY)]
    return _tag(kind, number, f"{given} {family}") | {
        "tagKey": f"{number:024x}",
        "thumb": f"https://metadata-static.plex.tv/people/{number:024x}.jpg",
    }
