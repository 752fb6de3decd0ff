"""The Meta element: the sorts and filters that a section supports."""

from .encode import Tree
from .library import Kind, Section

_KINDS = {
    "movie": (Kind.MOVIE,),
    "show": (Kind.SHOW, Kind.SEASON, Kind.EPISODE),
    "artist": (Kind.ARTIST, Kind.ALBUM, Kind.TRACK),
    "photo": (Kind.PHOTO_ALBUM, Kind.PHOTO),
}
_SORTS = {
    "addedAt": "Date Added",
    "titleSort": "Title",
    "year": "Year",
    "duration": "Duration",
    "originallyAvailableAt": "Release Date",
}
_FIELDS = {"title": ("string", "Title"), "year": ("integer", "Year"), "addedAt": ("date", "Added")}
_OPERATORS = {
    "string": {"=": "contains", "==": "is", "!==": "is not"},
    "integer": {"=": "is", "!=": "is not", ">>=": "is greater than", "<<=": "is less than"},
    "date": {">>=": "is after", "<<=": "is before"},
}


def meta_tree(section: Section, *, only: Kind | None = None) -> Tree:
    """Return the Meta of a section, or of one kind of item in it."""
    kinds = _KINDS[section.type] if only is None else (only,)
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
    return {
        "key": f"/library/sections/{section.key}/all?type={kind.type_id}",
        "type": kind.name.replace("_", "").lower(),
        "title": kind.name.replace("_", " ").title(),
        "active": active,
        "Sort": [
            {"key": key, "descKey": f"{key}:desc", "defaultDirection": "desc", "title": title}
            for key, title in _SORTS.items()
        ],
        "Field": [
            {"key": f"{kind.type_name}.{key}", "type": field_type, "title": title}
            for key, (field_type, title) in _FIELDS.items()
        ],
    }
