"""Serialize one tree of values as Plex does: typed JSON, JSON of strings, or XML."""

import json
from xml.etree import ElementTree as ET

type Scalar = str | int | float | bool
type Tree = dict[str, Scalar | Tree | list[Tree]]

_DIRECTORY_TYPES = frozenset({"album", "artist", "collection", "season", "show"})

# The only fields that servers of 2020-2022 typed in /status/sessions.
_TYPED_PLAYER_FIELDS = frozenset({"local", "relayed", "secure", "userID"})


def wants_json(accept: str) -> bool:
    """Whether an Accept header includes JSON; Plex answers XML otherwise, */* included."""
    return any(part.split(";")[0].strip() == "application/json" for part in accept.split(","))


def to_json(root: str, tree: Tree) -> bytes:
    """Serialize to JSON; an empty list has no key, as in Plex's answers."""
    return json.dumps({root: _without_empty_lists(tree)}, separators=(",", ":")).encode()


def to_xml(root: str, tree: Tree) -> bytes:
    """Serialize to XML: values are attributes, booleans 1 or 0, items named by their type."""
    element = _element(root, tree)
    ET.indent(element, space="")
    text = ET.tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def as_strings(item: Tree) -> Tree:
    """Return a session item in the typing of servers of 2020-2022: every value a string."""
    return {
        key: {
            name: inner if name in _TYPED_PLAYER_FIELDS else _strings(inner)
            for name, inner in value.items()
        }
        if key == "Player" and isinstance(value, dict)
        else _strings(value)
        for key, value in item.items()
    }


def _strings(value: Scalar | Tree | list[Tree]) -> Scalar | Tree | list[Tree]:
    if isinstance(value, list):
        return [{key: _strings(inner) for key, inner in item.items()} for item in value]
    if isinstance(value, dict):
        return {key: _strings(inner) for key, inner in value.items()}
    return _attribute(value)


def _attribute(value: Scalar) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)


def _without_empty_lists(tree: Tree) -> Tree:
    result: Tree = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            result[key] = _without_empty_lists(value)
        elif isinstance(value, list):
            if value:
                result[key] = [_without_empty_lists(item) for item in value]
        else:
            result[key] = value
    return result


def _element(name: str, tree: Tree) -> ET.Element:
    element = ET.Element(name)
    for key, value in tree.items():
        if isinstance(value, dict):
            element.append(_element(key, value))
        elif isinstance(value, list):
            element.extend(
                _element(_item_element(item) if key == "Metadata" else key, item) for item in value
            )
        else:
            element.set(key, _attribute(value))
    return element


def _item_element(item: Tree) -> str:
    match item.get("type"):
        case "playlist":
            return "Playlist"
        case "track":
            return "Track"
        # A photo album has type "photo" as well; only its key distinguishes it from a photo.
        case "photo" if not str(item.get("key")).endswith("/children"):
            return "Photo"
        case str(kind) if kind in _DIRECTORY_TYPES or kind == "photo":
            return "Directory"
        case _:
            return "Video"
