"""Filters and sorts of library queries, as python-plexapi and Plex's clients send them."""

from collections.abc import Callable, Iterable
import re

from .comparison import OPERATORS
from .fields import FIELD_TYPES, Value, choices, kind_title, related, scalar
from .library import Item, Kind, Library

type _Test = Callable[[Item], bool]

# Arguments that say how to answer, not which items.
_NOT_FILTERS = re.compile(
    r"X-Plex-|include|exclude|(type|sort|limit|group|clusterZoomLevel|checkFiles|asyncAugmentMetadata)$"
)
_RELATIVE = re.compile(r"-(\d+)(mon|[smhdwy])$")
_SECONDS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86_400,
    "w": 7 * 86_400,
    "mon": 30 * 86_400,
    "y": 365 * 86_400,
}
_KINDS = {kind_title(kind) for kind in Kind}
_DIRECTIONS = {"", "asc", "desc", "nullsLast"}


class UnknownFieldError(ValueError):
    """A filter or a sort that no item has; Plex answers 400."""


def filtered(
    items: list[Item], query: Iterable[tuple[str, str]], library: Library, now: float
) -> list[Item]:
    """Return the items that pass the filters of a query.

    `push`, `or`, `and` and `pop` group the filters; without them all must pass.

    Raises:
        UnknownFieldError: A filter is not known, or its value does not fit.

    """
    terms = [(name, value) for name, value in query if not _NOT_FILTERS.match(name)]
    if not terms:
        return items
    passes = _group(iter(terms), library, now)
    return [item for item in items if passes(item)]


def ordered(items: list[Item], sort: str) -> list[Item]:
    """Sort items, for example by `addedAt:desc,titleSort`; items without the value come first.

    Raises:
        UnknownFieldError: A field or a direction is not known.

    """
    for part in reversed([part for part in sort.split(",") if part]):
        field, _, direction = part.partition(":")
        kind, name = _split(field)
        if direction not in _DIRECTIONS:
            raise UnknownFieldError(part)
        if name == "random":
            continue
        if FIELD_TYPES.get(name, "tag") == "tag":
            raise UnknownFieldError(part)
        items = sorted(items, key=_sort_key(kind, name), reverse=direction == "desc")
    return items


def _group(terms: Iterable[tuple[str, str]], library: Library, now: float) -> _Test:
    alternatives: list[list[_Test]] = [[]]
    terms = iter(terms)
    for name, value in terms:
        if name == "push":
            alternatives[-1].append(_group(terms, library, now))
        elif name == "pop":
            break
        elif name == "or":
            alternatives.append([])
        elif name != "and":
            alternatives[-1].append(_term(name, value, library, now))
    return lambda item: any(all(test(item) for test in tests) for tests in alternatives)


def _split(field: str) -> tuple[str, str]:
    """Return kind and name of `show.title`; the kind is empty for `title`."""
    kind, _, name = field.rpartition(".")
    if kind and kind not in _KINDS:
        raise UnknownFieldError(field)
    return kind, name


def _term(argument: str, wanted: str, library: Library, now: float) -> _Test:
    if argument.endswith("="):
        # `title%3D=x` is `title==x`, and `title!%3D=x` is `title!==x`.
        argument, wanted = argument[:-1], f"={wanted}"
    field = argument.rstrip("!<>")
    comparison = argument.removeprefix(field)
    kind, name = _split(field)
    if name not in FIELD_TYPES or comparison not in OPERATORS:
        raise UnknownFieldError(argument)
    match FIELD_TYPES[name]:
        case "tag":
            test = _tag_test(name, comparison, wanted, library)
        case "string":
            test = _text_test(name, comparison, wanted)
        case "boolean":
            is_wanted = (wanted == "1") is not (comparison == "!")
            test = _scalar_test(name, lambda value: bool(value) is is_wanted)
        case "date":
            at = _moment(wanted, now)
            test = _scalar_test(name, lambda value: OPERATORS[comparison](float(value), at))
        case _:
            numbers = [_number(part) for part in wanted.split(",")]
            test = _scalar_test(name, lambda value: _any_number(comparison, value, numbers))
    if not kind:
        return test
    return lambda item: any(test(it) for it in related(item, kind) or [])


def _tag_test(name: str, comparison: str, wanted: str, library: Library) -> _Test:
    keys = {part.casefold() for part in wanted.split(",")}

    def test(item: Item) -> bool:
        found = any(
            {choice.key.casefold(), choice.title.casefold()} & keys
            for choice in choices(item, name, library)
        )
        return found is not (comparison == "!")

    return test


def _text_test(name: str, comparison: str, wanted: str) -> _Test:
    is_exact = wanted.startswith("=")
    text = wanted.removeprefix("=").casefold()

    def test(item: Item) -> bool:
        value = str(scalar(item, name) or "").casefold()
        match comparison:
            case "<":
                return value.startswith(text)
            case ">":
                return value.endswith(text)
            case _:
                found = value == text if is_exact or name == "guid" else text in value
                return found is not (comparison == "!")

    return test


def _scalar_test(name: str, passes: Callable[[Value], bool]) -> _Test:
    def test(item: Item) -> bool:
        value = scalar(item, name)
        return value is not None and passes(value)

    return test


def _any_number(comparison: str, value: Value, numbers: list[float]) -> bool:
    found = (OPERATORS[comparison](float(value), number) for number in numbers)
    return all(found) if comparison == "!" else any(found)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError as error:
        raise UnknownFieldError(text) from error


def _moment(text: str, now: float) -> float:
    """Return the Unix time of `1790000000` or of `-30d`."""
    if (relative := _RELATIVE.match(text)) is not None:
        return now - int(relative[1]) * _SECONDS[relative[2]]
    return _number(text)


def _sort_key(kind: str, name: str) -> Callable[[Item], tuple[bool, float, str]]:
    def key(item: Item) -> tuple[bool, float, str]:
        source = (related(item, kind) or [item])[0] if kind else item
        value = scalar(source, name)
        if isinstance(value, str):
            return True, 0, value
        return value is not None, float(value or 0), ""

    return key
