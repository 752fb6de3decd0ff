"""Turn bodies into values; ValueError says in words what a body is instead."""

from collections.abc import Mapping

import orjson

type JsonObject = Mapping[str, object]


def decode_container(body: bytes) -> JsonObject:
    """Return the `MediaContainer` that every answer of a Media Server is wrapped in.

    Raises:
        ValueError: empty, HTML, cut, or JSON of another shape.

    """
    if not body.strip():
        msg = "The answer is empty"
        raise ValueError(msg)
    if body.lstrip().startswith(b"<"):
        msg = "The answer is a web page or XML, not JSON"
        raise ValueError(msg)
    try:
        document = orjson.loads(body)
    except orjson.JSONDecodeError:
        msg = "The answer is not valid JSON"
        raise ValueError(msg) from None
    container = document.get("MediaContainer") if isinstance(document, dict) else None
    if not isinstance(container, dict):
        msg = "The answer has no MediaContainer"
        raise ValueError(msg)  # noqa: TRY004 - one error type for all wrong bodies
    return container
