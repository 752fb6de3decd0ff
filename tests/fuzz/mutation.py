"""Mutations of responses: values, types, keys, nesting and bytes."""

from collections.abc import Mapping, Sequence
from copy import deepcopy
from itertools import islice
import json
from typing import Final

from hypothesis import strategies as st

from .json_nodes import Field, Node, nodes
from .odd_values import DEEP, ODD, SIMPLE, UNREADABLE

_MAX_NODES: Final = 2_000
_SMALL: Final = 300
"""Maximum number of nodes of a document that mutation may enlarge."""
_OUTERMOST: Final = 10
"""Number of outermost nodes, which are mutated more often."""


def _retyped(value: object) -> object:
    """Return a value in the type of another server version or of a conversion from XML."""
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


def _change_many(draw: st.DrawFn, found_nodes: Sequence[Node]) -> None:
    """Replace every n-th value by an unusual one, except lists and objects."""
    ends = [
        found_node for found_node in found_nodes if not isinstance(found_node.value, dict | list)
    ]
    start, step = draw(st.integers(0, len(SIMPLE) - 1)), draw(st.integers(1, 7))
    for number, found_node in enumerate(ends[:: draw(st.integers(1, 4))]):
        found_node.put(SIMPLE[(start + number * step) % len(SIMPLE)])


def _change(draw: st.DrawFn, document: object) -> None:
    """Change one node of a document."""
    found_nodes = list(islice(nodes(document), _MAX_NODES))
    if not found_nodes:
        return
    node = draw(st.sampled_from(found_nodes[:_OUTERMOST]) | st.sampled_from(found_nodes))
    value = node.value
    names = st.sampled_from(
        [found_node.name for found_node in found_nodes if isinstance(found_node, Field)] or [""]
    )
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
            node.put(deepcopy(draw(st.sampled_from(found_nodes)).value))
        case 5:
            node.put([value, draw(ODD), {"a": [value]}])
        case 6 if len(found_nodes) < _SMALL:
            node.repeat(draw(st.integers(0, 40)))
        case _:
            _change_many(draw, found_nodes)


def _to_json(document: object, raw: Mapping[str, bytes] = DEEP) -> bytes:
    """Return the document as JSON, with raw values that `json` cannot write."""
    body = json.dumps(document).encode()
    for name, form in raw.items():
        body = body.replace(f'"{name}"'.encode(), form)
    return body


@st.composite
def mangled(draw: st.DrawFn, original: bytes) -> bytes:
    """Cut, flip, insert, repeat, re-encode or reverse bytes."""
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
    """Return JSON with a few changed nodes; one result in ten is not valid JSON."""
    document = deepcopy(original)
    for _ in range(draw(st.integers(1, 4))):
        _change(draw, document)
    match draw(st.integers(0, 29)):
        case 0 if found_nodes := list(islice(nodes(document), _MAX_NODES)):
            draw(st.sampled_from(found_nodes)).put(draw(st.sampled_from(tuple(UNREADABLE))))
            return _to_json(document, {**DEEP, **UNREADABLE})
        case 1:
            return draw(mangled(_to_json(document)))
        case 2:
            return _to_json(draw(ODD))
        case _:
            return _to_json(document)
