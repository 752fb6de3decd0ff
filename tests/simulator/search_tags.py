"""Tags among the results of a search: people and genres of each section."""

from .encode import Tree
from .fields import choices
from .library import DEFAULT_KIND, Item, Section
from .state import Call

_TYPES = {"genre": 1, "director": 4, "actor": 6}


def tag_rows(call: Call, name: str, query: str, limit: int) -> list[Tree]:
    """Return the tags of a kind whose text contains a query, with their section."""
    found: dict[tuple[int, str, str], list[Item]] = {}
    library = call.state.library
    for section in library.sections.values():
        if not call.viewer.sees(section.key):
            continue
        for item in library.of_kind(DEFAULT_KIND[section.type], section):
            for choice in choices(item, name, library):
                if query in choice.title.casefold():
                    found.setdefault((section.key, choice.key, choice.title), []).append(item)
    return [
        _row(library.sections[section], name, key, title, len(items))
        for (section, key, title), items in list(found.items())[:limit]
    ]


def _row(section: Section, name: str, key: str, title: str, count: int) -> Tree:
    path = f"/library/sections/{section.key}"
    return {
        "key": f"{path}/all?{name}={key}",
        "librarySectionID": section.key,
        "librarySectionKey": path,
        "librarySectionTitle": section.title,
        "librarySectionType": DEFAULT_KIND[section.type].type_id,
        "reason": "section",
        "reasonID": section.key,
        "reasonTitle": section.title,
        "score": "0.50000",
        "type": "tag",
        "id": int(key) if key.isdecimal() else 0,
        "filter": f"{name}={key}",
        "tag": title,
        "tagType": _TYPES[name],
        "tagKey": f"{int(key) if key.isdecimal() else 0:024x}",
        "count": count,
    }
