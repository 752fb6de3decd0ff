"""The places in a document that hold a value, and what can be done to one."""

from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Field:
    """A key of an object."""

    fields: dict[str, object]
    name: str

    @property
    def value(self) -> object:
        """Return what the key has."""
        return self.fields[self.name]

    def put(self, value: object) -> None:
        """Write something else here."""
        self.fields[self.name] = value

    def remove(self) -> None:
        """Leave the value out, and its key with it."""
        del self.fields[self.name]

    def add(self, name: str, value: object) -> None:
        """Write something beside it, over what already has that name."""
        self.fields[name] = value

    def repeat(self, times: int) -> None:
        """Write a list of the same value."""
        self.put([deepcopy(self.value) for _ in range(times)])


@dataclass(frozen=True, slots=True)
class Entry:
    """A number in a list."""

    entries: list[object]
    index: int

    @property
    def value(self) -> object:
        """Return what stands there."""
        return self.entries[self.index]

    def put(self, value: object) -> None:
        """Write something else here."""
        self.entries[self.index] = value

    def remove(self) -> None:
        """Leave the value out."""
        del self.entries[self.index]

    def add(self, name: str, value: object) -> None:
        """Write something at the list's end, where names do not count."""
        self.entries.append(value)

    def repeat(self, times: int) -> None:
        """Write the same value again and again beside it."""
        self.entries[self.index : self.index] = [deepcopy(self.value) for _ in range(times)]


type Node = Field | Entry


def nodes(document: object) -> Iterator[Node]:
    """Yield every place in a document."""
    waiting = [document]
    while waiting:
        match waiting.pop():
            case dict() as fields:
                yield from (Field(fields, name) for name in fields)
                waiting.extend(fields.values())
            case list() as entries:
                yield from (Entry(entries, index) for index in range(len(entries)))
                waiting.extend(entries)
            case _:
                continue
