"""Fuzz models: each object gives a valid model or None."""

from collections.abc import Iterator, Mapping
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_pulse.api.http.decode import (
    decode_container,
    decode_list,
    decode_object,
)

from .frames import NOTIFICATIONS
from .mutation import mutated
from .parsers import PARSERS
from .payload_templates import ACCOUNT_PAYLOADS, SERVER_PAYLOADS
from .profiles import fuzz
from .type_conformance import conforms

_DECODERS: Final = (decode_container, decode_object, decode_list)
_MAX_OBJECTS: Final = 30
# These messages are shown to users, so they must not contain parts of the response.
_PROBLEMS: Final = {
    "The response is empty",
    "The response is a web page, not JSON",
    "The response is XML, not JSON",
    "The response is not valid JSON",
    "The response is not a JSON object",
    "The response is not a JSON list",
    "The response has no MediaContainer",
}
_PAYLOADS: Final = SERVER_PAYLOADS | ACCOUNT_PAYLOADS | NOTIFICATIONS


def _decoded(body: bytes) -> Iterator[object]:
    """Yield the result of each decoder that accepts a body."""
    for decode in _DECODERS:
        problem = None
        try:
            yield decode(body)
        except ValueError as err:
            problem = str(err)
        assert problem is None or problem in _PROBLEMS


def _objects(value: object) -> list[Mapping[str, object]]:
    """Return the objects of a document, outermost first."""
    found: list[Mapping[str, object]] = []
    waiting = [value]
    for entry in waiting:
        if len(found) == _MAX_OBJECTS:
            break
        if isinstance(entry, dict):
            found.append(entry)
            waiting.extend(entry.values())
        elif isinstance(entry, list | tuple):
            waiting.extend(entry)
    return found


@pytest.mark.parametrize("shape", _PAYLOADS)
@fuzz
@given(data=st.data())
def test_each_object_of_any_response_is_a_model_or_none(shape: str, data: st.DataObject) -> None:
    """Every parser reads every object of the document."""
    for document in _decoded(data.draw(mutated(_PAYLOADS[shape]))):
        for fields in _objects(document):
            for parse, expected in PARSERS.values():
                value, again = parse(fields), parse(fields)
                assert conforms(value, expected), value
                # Coordinators compare each value with the previous one.
                assert value == again
                assert hash(value) == hash(again)


def test_parsers_are_found_and_have_return_types() -> None:
    """They are collected automatically; an empty collection would pass all other tests."""
    assert {"Session", "Library", "Resource", "provided_libraries"} <= set(PARSERS)
    assert all(expected is not None for _, expected in PARSERS.values())
