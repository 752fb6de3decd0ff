"""Mutate what servers send: values, types, keys, nesting, bytes."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import islice
import json
from typing import Final

from hypothesis import strategies as st

from .json_nodes import Field, Node, nodes
from .odd_values import DEEP, ODD, SIMPLE, UNREADABLE

_MOST_SLOTS: Final = 2_000
_SMALL: Final = 300
"""Slots of a document that may still grow."""
_OUTERMOST: Final = 10
"""Slots that come first; on them the others hang."""


def _retyped(value: object) -> object:
    """Return a value as another era, or a sloppy converter from XML, would write it."""
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return str(value)
        case str():
            return int(value) if value.isdecimal() and len(value) < len(str(2**63)) else [value]
        case dict():
            return [value]
        case list():
            return value[0] if value else {}
    return "null"


def _change_many(draw: st.DrawFn, places: Sequence[Node]) -> None:
    """Write another odd value over every so many, and leave lists and objects as they are."""
    ends = [place for place in places if not isinstance(place.value, dict | list)]
    start, step = draw(st.integers(0, len(SIMPLE) - 1)), draw(st.integers(1, 7))
    for number, place in enumerate(ends[:: draw(st.integers(1, 4))]):
        place.put(SIMPLE[(start + number * step) % len(SIMPLE)])


def _change(draw: st.DrawFn, document: object) -> None:
    """Change one place of a document."""
    places = list(islice(nodes(document), _MOST_SLOTS))
    if not places:
        return
    node = draw(st.sampled_from(places[:_OUTERMOST]) | st.sampled_from(places))
    value = node.value
    names = st.sampled_from([place.name for place in places if isinstance(place, Field)] or [""])
    match draw(st.integers(0, 7)):
        case 0:
            node.put(draw(ODD | st.just(_retyped(value))))
        case 1:
            node.remove()
        case 2:
            node.remove()
            node.add(draw(names | st.text(max_size=8)), value)
        case 3:
            node.add(draw(names), draw(ODD))
        case 4:
            node.put(deepcopy(draw(st.sampled_from(places)).value))
        case 5:
            node.put([value, draw(ODD), {"a": [value]}])
        case 6 if len(places) < _SMALL:
            node.repeat(draw(st.integers(0, 40)))
        case _:
            _change_many(draw, places)


def _written(document: object, raw: Mapping[str, bytes] = DEEP) -> bytes:
    """Return the document as JSON, with what `json` cannot write put in its place."""
    body = json.dumps(document).encode()
    for name, form in raw.items():
        body = body.replace(f'"{name}"'.encode(), form)
    return body


@st.composite
def mangled(draw: st.DrawFn, original: bytes) -> bytes:
    """Cut, flip, insert, repeat, encode anew or turn around."""
    at = draw(st.integers(0, len(original)))
    before, after = original[:at], original[at:]
    match draw(st.integers(0, 6)):
        case 0:
            changed = before
        case 1 if after:
            changed = before + bytes([after[0] ^ 1 << draw(st.integers(0, 7))]) + after[1:]
        case 2:
            changed = before + draw(st.binary(max_size=8)) + after
        case 3:
            changed = before + after[:40] * 50 + after
        case 4:
            changed = b"\xef\xbb\xbf" + original
        case 5:
            changed = original.decode("utf-8", "replace").encode("utf-16")
        case _:
            changed = after + before
    return changed


@st.composite
def mutated(draw: st.DrawFn, original: object) -> bytes:
    """Return JSON with a few places changed; one answer in ten is none that can be read."""
    document = deepcopy(original)
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, document)
    match draw(st.integers(0, 29)):
        case 0 if places := list(islice(nodes(document), _MOST_SLOTS)):
            draw(st.sampled_from(places)).put(draw(st.sampled_from(tuple(UNREADABLE))))
            return _written(document, {**DEEP, **UNREADABLE})
        case 1:
            return draw(mangled(_written(document)))
        case 2:
            return _written(draw(ODD))
        case _:
            return _written(document)
