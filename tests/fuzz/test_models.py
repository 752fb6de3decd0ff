"""Whatever stands in an answer, models come out whole or not at all."""

from collections.abc import Iterator, Mapping
from typing import Final

from hypothesis import given, strategies as st
import pytest

from custom_components.plex_pulse.api.http.decode import (
    decode_container,
    decode_list,
    decode_object,
)

from .conformity import conforms
from .frames import NOTIFICATIONS
from .mutation import mutated
from .parsers import PARSERS
from .profiles import fuzz
from .shapes import ACCOUNT_ANSWERS, SERVER_ANSWERS

_DECODERS: Final = (decode_container, decode_object, decode_list)
_MOST_OBJECTS: Final = 30
# Shown to people as they are, so they may hold nothing of the answer.
_PROBLEMS: Final = {
    "The answer is empty",
    "The answer is a web page, not JSON",
    "The answer is XML, not JSON",
    "The answer is not valid JSON",
    "The answer is not a JSON object",
    "The answer is not a JSON list",
    "The answer has no MediaContainer",
}
_SHAPES: Final = SERVER_ANSWERS | ACCOUNT_ANSWERS | NOTIFICATIONS


def _decoded(body: bytes) -> Iterator[object]:
    """Yield what each decoder makes of a body, if anything."""
    for decode in _DECODERS:
        problem = None
        try:
            yield decode(body)
        except ValueError as err:
            problem = str(err)
        assert problem is None or problem in _PROBLEMS


def _objects(value: object) -> list[Mapping[str, object]]:
    """Return the objects in a document, the outermost first."""
    found: list[Mapping[str, object]] = []
    waiting = [value]
    for entry in waiting:
        if len(found) == _MOST_OBJECTS:
            break
        if isinstance(entry, dict):
            found.append(entry)
            waiting.extend(entry.values())
        elif isinstance(entry, list | tuple):
            waiting.extend(entry)
    return found


@pytest.mark.parametrize("shape", _SHAPES)
@fuzz
@given(data=st.data())
def test_each_object_of_any_answer_is_a_model_or_none(shape: str, data: st.DataObject) -> None:
    """Every parser, on every object of the document, wherever it stands."""
    for document in _decoded(data.draw(mutated(_SHAPES[shape]))):
        for fields in _objects(document):
            for parse, promised in PARSERS.values():
                value, again = parse(fields), parse(fields)
                assert conforms(value, promised), value
                # Coordinators compare each value with the last.
                assert value == again
                assert hash(value) == hash(again)


def test_there_are_parsers_and_all_say_what_they_return() -> None:
    """They are found by themselves, which must not come to mean none."""
    assert {"Session", "Library", "Resource", "provided_libraries"} <= set(PARSERS)
    assert all(promised is not None for _, promised in PARSERS.values())
