"""Reuse of parsed values: most of what a server lists is the same as the last time."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from .coerce import JsonObject

_MAX_CACHED_LENGTH: Final = 4_096
"""Characters of the fields of one result: the cache keeps them as the server sends them."""


def parse_cached[ParsedT](
    parse: Callable[[JsonObject], ParsedT], keys: tuple[str, ...], max_size: int
) -> Callable[[JsonObject], ParsedT]:
    """Return `parse` with a cache by the values of the fields that it reads.

    `keys` names all of these fields, none of which has an object or a list. Equal fields give
    the same object, so that callers compare it by identity. The cache keeps the `max_size`
    results that were used last. 1, 1.0 and true are different values.
    """

    @lru_cache(max_size, typed=True)
    def parse_values(*values: object) -> ParsedT:
        """Return the result for the values of the keys, None for a missing one."""
        return parse(dict(zip(keys, values, strict=True)))

    def parse_fields(fields: JsonObject) -> ParsedT:
        """Return the result for the fields, from the cache if possible."""
        values = tuple(map(fields.get, keys))
        if sum(len(value) for value in values if isinstance(value, str)) > _MAX_CACHED_LENGTH:
            return parse(fields)
        try:
            return parse_values(*values)
        except TypeError:
            # A list or an object in place of a value cannot be a key of the cache.
            return parse(fields)

    return parse_fields
