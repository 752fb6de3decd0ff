"""The Meta element: the sorts, filters and fields that a section supports."""

from .encode import Tree
from .fields import FIELD_TYPES, FieldType, kind_title
from .library import Kind, Section

SECTION_KINDS = {
    "movie": (Kind.MOVIE,),
    "show": (Kind.SHOW, Kind.SEASON, Kind.EPISODE),
    "artist": (Kind.ARTIST, Kind.ALBUM, Kind.TRACK),
    "photo": (Kind.PHOTO_ALBUM, Kind.PHOTO),
}
_SORTS = {
    "titleSort": "Title",
    "addedAt": "Date Added",
    "year": "Year",
    "originallyAvailableAt": "Release Date",
    "rating": "Critic Rating",
    "audienceRating": "Audience Rating",
    "userRating": "Rating",
    "duration": "Duration",
    "lastViewedAt": "Date Viewed",
    "viewCount": "Plays",
    "ratingCount": "Popularity",
    "random": "Randomly",
}
_COMMON = ("title", "addedAt", "lastViewedAt", "viewCount", "userRating", "collection", "label")
_VIDEO = ("studio", "contentRating", "year", "originallyAvailableAt", "unmatched", "duplicate")
_PEOPLE = ("actor", "director", "writer", "producer", "country", "genre")
_FIELDS: dict[Kind, tuple[str, ...]] = {
    Kind.MOVIE: (*_COMMON, *_VIDEO, *_PEOPLE, "unwatched", "inProgress", "hdr", "resolution"),
    Kind.SHOW: (*_COMMON, "studio", "contentRating", "year", "genre", "actor", "country"),
    Kind.SEASON: ("title", "lastViewedAt", "viewCount", "userRating", "unwatchedLeaves"),
    Kind.EPISODE: (
        *("title", "addedAt", "originallyAvailableAt", "year", "viewCount", "lastViewedAt"),
        *("userRating", "unwatched", "inProgress", "hdr", "resolution", "director", "writer"),
    ),
    Kind.ARTIST: (*_COMMON[:-1], "genre", "country", "mood", "style", "unmatched"),
    Kind.ALBUM: (
        *(*_COMMON, "year", "genre", "mood", "style", "studio"),
        *("format", "subformat", "unmatched"),
    ),
    Kind.TRACK: (*_COMMON[:-1], "mood", "trash"),
    Kind.PHOTO_ALBUM: ("title", "addedAt"),
    Kind.PHOTO: ("title", "addedAt", "originallyAvailableAt", "tag"),
    Kind.COLLECTION: ("title", "contentRating"),
}
_OPERATORS: dict[FieldType, dict[str, str]] = {
    "tag": {"=": "is", "!=": "is not"},
    "integer": {"=": "is", "!=": "is not", ">>=": "is greater than", "<<=": "is less than"},
    "string": {
        "=": "contains",
        "!=": "does not contain",
        "==": "is",
        "!==": "is not",
        "<=": "begins with",
        ">=": "ends with",
    },
    "boolean": {"=": "is true", "!=": "is false"},
    "date": {"<<=": "is before", ">>=": "is after"},
}


def meta_tree(section: Section, *, only: Kind | None = None) -> Tree:
    """Return the Meta of a section, or of one kind of item in it."""
    kinds = SECTION_KINDS[section.type] if only is None else (only,)
    return {
        "Type": [_type(section, kind, active=kind is kinds[0]) for kind in kinds],
        "FieldType": [
            {
                "type": kind,
                "Operator": [{"key": key, "title": title} for key, title in operators.items()],
            }
            for kind, operators in _OPERATORS.items()
        ],
    }


def _type(section: Section, kind: Kind, *, active: bool) -> Tree:
    path = f"/library/sections/{section.key}"
    prefix = "" if kind is Kind.MOVIE else f"{kind_title(kind)}."
    return {
        "key": f"{path}/all?type={kind.type_id}",
        "type": kind_title(kind),
        "title": kind.name.replace("_", " ").title(),
        "active": active,
        "Filter": [
            {
                "filter": name,
                "filterType": "boolean" if FIELD_TYPES[name] == "boolean" else "string",
                "key": f"{path}/{name}?type={kind.type_id}",
                "title": _title(name),
                "type": "filter",
            }
            for name in _FIELDS[kind]
            if FIELD_TYPES[name] in {"tag", "boolean"} or name == "year"
        ],
        "Sort": [
            {
                "key": key,
                "descKey": f"{key}:desc",
                "defaultDirection": _direction(key),
                "title": title,
            }
            for key, title in _SORTS.items()
        ],
        "Field": [
            {"key": f"{prefix}{name}", "type": FIELD_TYPES[name], "title": _title(name)}
            for name in _FIELDS[kind]
        ],
    }


def _direction(sort: str) -> str:
    return "asc" if sort == "titleSort" else "desc"


def _title(name: str) -> str:
    return "".join(f" {letter}" if letter.isupper() else letter for letter in name).title()
