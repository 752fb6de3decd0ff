"""Preferences of single items, which `includePreferences=1` adds to their metadata."""

from .encode import Tree
from .library import Item, Kind

# id, default, enumValues, by kind; a selection.
_PREFERENCES: dict[Kind, tuple[tuple[str, str, str], ...]] = {
    Kind.MOVIE: (
        ("languageOverride", "", "|en-US:English"),
        ("useOriginalTitle", "-1", "-1:Library default|0:No|1:Yes"),
    ),
    Kind.SHOW: (
        ("episodeSort", "-1", "-1:Library default|0:Oldest first|1:Newest first"),
        ("flattenSeasons", "-1", "-1:Library default|0:Show|1:Hide"),
        ("useOriginalTitle", "-1", "-1:Library default|0:No|1:Yes"),
    ),
    Kind.ARTIST: (("albumSort", "-1", "-1:Library default|0:Newest first|1:Oldest first"),),
    Kind.COLLECTION: (
        ("collectionMode", "-1", "-1:Library default|0:Hide|1:Hide items|2:Show items"),
        ("collectionSort", "0", "0:Release date|1:Alphabetical|2:Custom"),
        ("collectionFilterBasedOnUser", "0", "0:Admin|1:User"),
    ),
}


def preferences_tree(item: Item) -> Tree:
    """Return the Preferences of an item; kinds without any have an empty element."""
    settings: list[Tree] = [
        {
            "id": name,
            "label": name,
            "summary": "",
            "type": "int",
            "default": default,
            "value": str(item.attributes.get(name, default)),
            "hidden": False,
            "advanced": False,
            "group": "",
            "enumValues": values,
        }
        for name, default, values in _PREFERENCES.get(item.kind, ())
    ]
    return {"Preferences": {"Setting": settings}}
