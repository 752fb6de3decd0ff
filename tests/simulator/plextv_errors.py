"""plex.tv's answers, errors and outages."""

from enum import StrEnum
import json
import uuid

from aiohttp import web

from .encode import wants_json
from .faults import Fault
from .plextv_xml import to_xml

_JSON = "application/json; charset=utf-8"
_XML = "application/xml; charset=utf-8"
_OUTAGE_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)


def answer(
    request: web.Request, value: object, status: int = 200, *, root: str = "response"
) -> web.Response:
    """Answer with the headers that only plex.tv itself sends, no proxy in front of it.

    The format is JSON if the path ends in .json or Accept includes it, else XML with this root.
    """
    as_json = request.path.endswith(".json") or wants_json(request.headers.get("Accept", ""))
    body = json.dumps(value, separators=(",", ":")).encode() if as_json else to_xml(root, value)
    return web.Response(
        status=status,
        body=body,
        headers={
            "Content-Type": _JSON if as_json else _XML,
            "x-request-id": str(uuid.uuid4()),
            "x-runtime": "0.012",
        },
    )


def error_body(status: int, code: int, message: str) -> dict[str, object]:
    """Return plex.tv's error object: code, message and HTTP status."""
    return {"errors": [{"code": code, "message": message, "status": status}]}


def error(request: web.Request, status: int, code: int, message: str) -> web.Response:
    """Answer with plex.tv's own error."""
    body = error_body(status, code, message)
    if request.path.endswith(".json") or wants_json(request.headers.get("Accept", "")):
        return answer(request, body, status)
    return answer(request, body["errors"], status, root="errors")


def error_fault(status: int, code: int, message: str) -> Fault:
    """Return plex.tv's own error as a fault."""
    return Fault.status(
        status,
        headers={"x-request-id": str(uuid.uuid4()), "x-runtime": "0.003"},
        body=json.dumps(error_body(status, code, message)).encode(),
        content_type=_JSON,
    )


def rate_limit_fault() -> Fault:
    """Return plex.tv's 429, which has no Retry-After."""
    return error_fault(429, 1003, "API rate limit exceeded")


class Outage(StrEnum):
    """Answers during an outage of plex.tv; none of them comes from plex.tv itself."""

    EMPTY = "empty"
    """404 without a body and without x-request-id, as in September 2026."""
    PAGE = "page"
    """A web page with status 200, as proxies and captive portals send."""
    UNAVAILABLE = "unavailable"
    """503 with a web page."""
    HANG = "hang"
    """No answer at all."""

    @property
    def fault(self) -> Fault:
        """Return the fault that a request meets."""
        match self:
            case Outage.EMPTY:
                return Fault.status(404, body=b"")
            case Outage.PAGE:
                return Fault.html(_OUTAGE_PAGE)
            case Outage.UNAVAILABLE:
                return Fault.status(503)
            case Outage.HANG:
                return Fault.hang()
