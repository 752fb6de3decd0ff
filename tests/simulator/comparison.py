"""Comparisons of numbers in query arguments, such as `viewedAt>=1700000000`."""

from collections.abc import Callable, Mapping
import operator

# In `year>>=1999` the first equals sign is the query string's own.
OPERATORS: dict[str, Callable[[float, float], bool]] = {
    "": operator.eq,
    "!": operator.ne,
    ">": operator.ge,
    "<": operator.le,
    ">>": operator.gt,
    "<<": operator.lt,
}


class UnknownArgumentError(ValueError):
    """An argument that no row has, or a value that is no number."""


def number_test(
    arguments: Mapping[str, str], known: frozenset[str], *, others: frozenset[str] = frozenset()
) -> Callable[[Mapping[str, float | None]], bool]:
    """Return a test for rows of numbers; a row without a value passes no test of it.

    others are arguments that are no filters.

    Raises:
        UnknownArgumentError: An argument is not known.

    """
    tests: list[tuple[str, Callable[[float, float], bool], float]] = []
    for argument, wanted in arguments.items():
        name = argument.rstrip("!<>")
        if argument.startswith(("X-Plex-", "include", "exclude")) or name in others:
            continue
        comparison = argument.removeprefix(name)
        if name not in known or comparison not in OPERATORS:
            raise UnknownArgumentError(argument)
        try:
            tests.append((name, OPERATORS[comparison], float(wanted)))
        except ValueError as error:
            raise UnknownArgumentError(argument) from error

    def test(row: Mapping[str, float | None]) -> bool:
        return all(
            (value := row[name]) is not None and compare(value, wanted)
            for name, compare, wanted in tests
        )

    return test
