"""Reuse of parsed values: most of what a server lists is the same as the last time."""

from collections.abc import Callable
from functools import lru_cache
from typing import Final

from .coerce import JsonObject

_MAX_CACHED_LENGTH: Final = 4_096
"""Characters of the values of one result: the cache keeps them as the server sends them."""
_MAX_CACHED_VALUES: Final = 512
"""Values of one result."""


class _NotCacheableError(TypeError):
    """The values are too many or too long to be kept."""


def cached[ParsedT](parse_values: Callable[..., ParsedT], max_size: int) -> Callable[..., ParsedT]:
    """Return `parse_values` with a cache by its arguments, which come from a server's fields.

    Equal values give the same object, so that callers compare it by identity. The cache keeps
    the `max_size` results that were used last. 1, 1.0 and true are different values. The
    result raises TypeError for values that the cache cannot keep: too long, lists, objects.
    """

    @lru_cache(max_size, typed=True)
    def parse_once(*values: object) -> ParsedT:
        """Return the result for these values; `lru_cache` keeps no exceptions."""
        length = sum(len(value) for value in values if isinstance(value, str))
        if length > _MAX_CACHED_LENGTH or len(values) > _MAX_CACHED_VALUES:
            raise _NotCacheableError
        return parse_values(*values)

    return parse_once


def parse_cached[ParsedT](
    parse: Callable[[JsonObject], ParsedT], keys: tuple[str, ...], max_size: int
) -> Callable[[JsonObject], ParsedT]:
    """Return `parse` with a cache by the values of the fields that it reads, as `cached` does.

    `keys` names all of these fields, none of which has an object or a list.
    """
    parse_values = cached(lambda *values: parse(dict(zip(keys, values, strict=True))), max_size)

    def parse_fields(fields: JsonObject) -> ParsedT:
        """Return the result for the fields, from the cache if possible."""
        try:
            return parse_values(*map(fields.get, keys))
        except TypeError:
            return parse(fields)

    return parse_fields
