"""All parsers of the client with their return types, collected automatically."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from importlib import import_module
import inspect
import pkgutil
from types import FunctionType, GenericAlias, ModuleType, UnionType
from typing import Final, Self, get_args, get_origin, get_type_hints

from custom_components.plex_pulse.api import models
from custom_components.plex_pulse.api.http.decode import (
    decode_container,
    decode_list,
    decode_object,
)
from custom_components.plex_pulse.api.models.coerce import JsonObject

type Parse = Callable[[Mapping[str, object]], object]


def _return_type(hint: object, owner: type | None) -> object:
    """Return the return type of a parser, with Self replaced by the model."""
    if get_origin(hint) is Iterator:
        return GenericAlias(tuple, (*get_args(hint), ...))
    if hint is Self:
        return owner
    if isinstance(hint, UnionType) and owner is not None and Self in get_args(hint):
        return owner | None
    return hint


def _parser(function: Callable[..., object], owner: type | None) -> tuple[Parse, object] | None:
    """Return a function that parses an object, and its return type; None for other functions."""
    hints = get_type_hints(function)
    first, *others = inspect.signature(function).parameters.values()
    if hints[first.name] is not JsonObject:
        return None
    if any(other.kind is not other.KEYWORD_ONLY for other in others):
        return None
    call = partial(function, **{other.name: 1 for other in others})

    def parse(fields: Mapping[str, object]) -> object:
        """Return the parsed value; a generator is collected into a tuple."""
        value = call(fields)
        return tuple(value) if isinstance(value, Iterator) else value

    return parse, _return_type(hints["return"], owner)


def _parsers_of(module: ModuleType) -> Iterator[tuple[str, tuple[Parse, object]]]:
    """Yield the parsers of a module with their names."""
    for name, member in vars(module).items():
        if getattr(member, "__module__", None) != module.__name__:
            continue
        function, owner = None, None
        if isinstance(member, type) and hasattr(member, "parse"):
            function, owner = member.parse, member
        elif isinstance(member, FunctionType) and not name.startswith("_"):
            function = member
        if function is not None and (found := _parser(function, owner)) is not None:
            yield name, found


PARSERS: Final[dict[str, tuple[Parse, object]]] = {
    name: found
    for module in pkgutil.iter_modules(models.__path__, f"{models.__name__}.")
    for name, found in _parsers_of(import_module(module.name))
}
"""Parsers and their return types by the name of the model."""


def read_in_every_way(body: bytes) -> None:
    """Read a response or frame with every decoder and parser of the client."""
    objects: list[JsonObject] = []
    for name in ("MediaContainer", "MyPlex", "NotificationContainer"):
        with suppress(ValueError):
            objects.append(decode_container(body, name))
    with suppress(ValueError):
        objects.append(decode_object(body))
    with suppress(ValueError):
        objects.extend(decode_list(body))
    for fields in objects:
        for parse, _ in PARSERS.values():
            parse(fields)
