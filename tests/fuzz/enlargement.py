"""Answers of any size: with as many entries, as long texts or as deep nesting as are asked for."""

from collections.abc import Iterator
from copy import deepcopy

import orjson

from .slots import slots


def _numbered(entry: object, number: int) -> object:
    """Return an entry that is like no other: where it has numbers, it has this one."""
    if not isinstance(entry, dict):
        return f"{entry}{number}"
    return {
        name: number if str(value).isdecimal() and not isinstance(value, bool) else value
        for name, value in entry.items()
    }


def with_entries(document: object, size: int) -> Iterator[bytes]:
    """Yield the answer with each of its lists in turn, and about so many bytes of it."""
    whole = {"": deepcopy(document)}
    for slot in list(slots(whole)):
        entries = slot.value
        if isinstance(entries, list) and entries:
            times = size // len(orjson.dumps(entries)) + 1
            slot.put([_numbered(entry, number) for number in range(times) for entry in entries])
            yield orjson.dumps(whole[""])
            slot.put(entries)


def with_texts(document: object, word: str, size: int) -> bytes:
    """Return the answer with a word again and again in place of each value."""
    whole = {"": deepcopy(document)}
    ends = [slot for slot in slots(whole) if not isinstance(slot.value, dict | list)]
    for slot in ends:
        slot.put(word * (size // len(ends) // len(word)))
    return orjson.dumps(whole[""])


def nested(name: str, levels: int) -> bytes:
    """Return an answer that holds an object in an object in an object, all under one name."""
    opening = f'{{"{name}":'.encode()
    return b'{"MediaContainer":' + opening * levels + b"0" + b"}" * (levels + 1)
