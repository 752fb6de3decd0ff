"""The nodes of a JSON document and their mutations."""

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
        """Return the value of the key."""
        return self.fields[self.name]

    def put(self, value: object) -> None:
        """Replace the value."""
        self.fields[self.name] = value

    def remove(self) -> None:
        """Remove the key and its value."""
        del self.fields[self.name]

    def add(self, name: str, value: object) -> None:
        """Add a key to the same object, or replace its value."""
        self.fields[name] = value

    def repeat(self, times: int) -> None:
        """Replace the value by a list of its copies."""
        self.put([deepcopy(self.value) for _ in range(times)])


@dataclass(frozen=True, slots=True)
class Entry:
    """An item of a list."""

    entries: list[object]
    index: int

    @property
    def value(self) -> object:
        """Return the item."""
        return self.entries[self.index]

    def put(self, value: object) -> None:
        """Replace the value."""
        self.entries[self.index] = value

    def remove(self) -> None:
        """Remove the item."""
        del self.entries[self.index]

    def add(self, name: str, value: object) -> None:
        """Append a value to the list; the name is ignored."""
        self.entries.append(value)

    def repeat(self, times: int) -> None:
        """Insert copies of the item next to it."""
        self.entries[self.index : self.index] = [deepcopy(self.value) for _ in range(times)]


type Node = Field | Entry


def nodes(document: object) -> Iterator[Node]:
    """Yield every node of a document."""
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
