"""plex.tv's answers, errors and outages."""

from enum import StrEnum
import json
import uuid

from aiohttp import web

from .faults import Fault

_JSON = "application/json; charset=utf-8"
_OUTAGE_PAGE = (
    b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head>"
    b"<body><h1>502 Bad Gateway</h1></body></html>"
)


def answer(value: object, status: int = 200) -> web.Response:
    """Answer JSON with the headers that only plex.tv itself sends, no proxy in front of it."""
    return web.Response(
        status=status,
        body=json.dumps(value, separators=(",", ":")).encode(),
        headers={
            "Content-Type": _JSON,
            "x-request-id": str(uuid.uuid4()),
            "x-runtime": "0.012",
        },
    )


def error_body(status: int, code: int, message: str) -> dict[str, object]:
    """Return plex.tv's error object: code, message and HTTP status."""
    return {"errors": [{"code": code, "message": message, "status": status}]}


def error(status: int, code: int, message: str) -> web.Response:
    """Answer with plex.tv's own error."""
    return answer(error_body(status, code, message), status)


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
