"""plex.tv's XML, which every client gets that does not accept JSON."""

from collections.abc import Mapping
from xml.etree import ElementTree as ET

# Elements of a list whose name is not simply the list's in the singular.
_SINGULAR = {"entitlements": "entitlement"}


def to_xml(root: str, value: object) -> bytes:
    """Serialize: values are attributes, None is empty, lists are an element of elements.

    A list of strings, such as the features of a subscription, has elements with an `id`.
    """
    element = ET.Element(root)
    _fill(element, root, value)
    text = ET.tostring(element, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{text}\n'.encode()


def _fill(element: ET.Element, name: str, value: object) -> None:
    if isinstance(value, list):
        singular = _SINGULAR.get(name, name.removesuffix("s"))
        for row in value:
            child = ET.SubElement(element, singular)
            _fill(child, singular, row if isinstance(row, Mapping) else {"id": row})
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            if isinstance(inner, list | Mapping):
                _fill(ET.SubElement(element, str(key)), str(key), inner)
            else:
                element.set(str(key), _attribute(inner))


def _attribute(value: object) -> str:
    if value is None:
        return ""
    return str(int(value)) if isinstance(value, bool) else str(value)
