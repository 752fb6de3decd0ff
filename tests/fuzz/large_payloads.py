"""Answers of any size: with as many entries, as long texts or as deep nesting as are asked for."""

from collections.abc import Iterator
from copy import deepcopy

import orjson

from .json_nodes import nodes


def _numbered(entry: object, number: int) -> object:
    """Return an entry that is like no other: where it has numbers, it has this one."""
    if not isinstance(entry, dict):
        return f"{entry}{number}"
    return {
        name: number if str(value).isdecimal() and not isinstance(value, bool) else value
        for name, value in entry.items()
    }


def with_many_entries(document: object, size: int) -> Iterator[bytes]:
    """Yield the answer with each of its lists in turn, and about so many bytes of it."""
    root = {"": deepcopy(document)}
    for node in list(nodes(root)):
        entries = node.value
        if isinstance(entries, list) and entries:
            times = size // len(orjson.dumps(entries)) + 1
            node.put([_numbered(entry, number) for number in range(times) for entry in entries])
            yield orjson.dumps(root[""])
            node.put(entries)


def with_long_texts(document: object, word: str, size: int) -> bytes:
    """Return the answer with a word again and again in place of each value."""
    root = {"": deepcopy(document)}
    ends = [node for node in nodes(root) if not isinstance(node.value, dict | list)]
    for node in ends:
        node.put(word * (size // len(ends) // len(word)))
    return orjson.dumps(root[""])


def nested(name: str, levels: int) -> bytes:
    """Return an answer that holds an object in an object in an object, all under one name."""
    opening = f'{{"{name}":'.encode()
    return b'{"MediaContainer":' + opening * levels + b"0" + b"}" * (levels + 1)
