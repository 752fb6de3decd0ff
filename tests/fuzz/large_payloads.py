"""Large responses: long lists, long texts and deep nesting."""

from collections.abc import Iterator
from copy import deepcopy

import orjson

from .json_nodes import nodes


def _numbered(entry: object, number: int) -> object:
    """Return a unique copy of an entry, with its numbers replaced."""
    if not isinstance(entry, dict):
        return f"{entry}{number}"
    return {
        name: number if str(value).isdecimal() and not isinstance(value, bool) else value
        for name, value in entry.items()
    }


def with_many_entries(document: object, size: int) -> Iterator[bytes]:
    """Yield the response with each of its lists in turn enlarged to about `size` bytes."""
    root = {"": deepcopy(document)}
    for node in list(nodes(root)):
        entries = node.value
        if isinstance(entries, list) and entries:
            times = size // len(orjson.dumps(entries)) + 1
            node.put([_numbered(entry, number) for number in range(times) for entry in entries])
            yield orjson.dumps(root[""])
            node.put(entries)


def with_long_texts(document: object, word: str, size: int) -> bytes:
    """Return the response with every value replaced by a repeated word."""
    root = {"": deepcopy(document)}
    ends = [node for node in nodes(root) if not isinstance(node.value, dict | list)]
    for node in ends:
        node.put(word * (size // len(ends) // len(word)))
    return orjson.dumps(root[""])


def nested(name: str, levels: int) -> bytes:
    """Return a response of objects nested under one key."""
    opening = f'{{"{name}":'.encode()
    return b'{"MediaContainer":' + opening * levels + b"0" + b"}" * (levels + 1)
