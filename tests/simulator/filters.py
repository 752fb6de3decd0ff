"""Filters and sorts of library queries, as python-plexapi and Plex's clients send them."""

from collections.abc import Callable, Mapping
import operator
import re

from .library import Item

# In `year>>=1999` the first equals sign is the query string's own.
_OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "": operator.eq,
    "!": operator.ne,
    ">": operator.ge,
    "<": operator.le,
    ">>": operator.gt,
    "<<": operator.lt,
}
# Arguments that say how to answer, not which items.
_NOT_FILTERS = re.compile(r"X-Plex-|include|exclude|type$|sort$|limit$|clusterZoomLevel$")


def filtered(items: list[Item], query: Mapping[str, str]) -> list[Item]:
    """Return the items that pass every filter of a query."""
    filters = [
        (argument, wanted) for argument, wanted in query.items() if not _NOT_FILTERS.match(argument)
    ]
    if not filters:
        return items
    return [
        item
        for item in items
        if all(_matches(item, argument, wanted) for argument, wanted in filters)
    ]


def ordered(items: list[Item], sort: str) -> list[Item]:
    """Sort items as `addedAt:desc,titleSort` says; those without the field come first."""
    for part in reversed([part for part in sort.split(",") if part]):
        field, _, direction = part.partition(":")
        items = sorted(items, key=_sort_key(field), reverse=direction.startswith("desc"))
    return items


def _value(item: Item, field: str) -> str | int | None:
    """Return the value of a field, written as `year` or as `movie.year`."""
    match field.rpartition(".")[2]:
        case "title" | "titleSort":
            return item.title
        case "year" | "originallyAvailableAt":
            return item.year
        case "addedAt" | "updatedAt":
            return item.added_at
        case "duration":
            return item.duration
        case "id" | "ratingKey":
            return item.rating_key
        case _:
            return None


def _matches(item: Item, argument: str, wanted: str) -> bool:
    """Match `title=`, `title==`, `year>=`...; a field that items do not have matches nothing."""
    field = argument.rstrip("!<>")
    comparison = argument.removeprefix(field)
    value = _value(item, field)
    if isinstance(value, str):
        exact = wanted.startswith("=")
        found = value == wanted[1:] if exact else wanted.casefold() in value.casefold()
        return found is not (comparison == "!")
    return value is not None and _OPERATORS[comparison](value, float(wanted))


def _sort_key(field: str) -> Callable[[Item], tuple[bool, int, str]]:
    def key(item: Item) -> tuple[bool, int, str]:
        value = _value(item, field)
        return (False, 0, value or "") if not isinstance(value, int) else (True, value, "")

    return key
