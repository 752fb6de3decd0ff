"""Plex's error answers, byte for byte."""

from http import HTTPStatus

from aiohttp import web

PLEX_HEADERS = {"X-Plex-Protocol": "1.0", "Cache-Control": "no-cache"}

# The 401 of the root redirects browsers to the web client.
_REDIRECT_SCRIPT = (
    r"<script>window.location = window.location.href.match(/(^.+\/)[^\/]*$/)[1]"
    " + 'web/index.html';</script>"
)

_STARTING = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<Response code="503" title="Maintenance" '
    'status="Plex Media Server is currently running startup maintenance tasks."/>\n'
)


def _reason(status: int) -> str:
    if status == 509:
        return "Bandwidth Limit Exceeded"
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "Unknown"


def html_body(status: int, *, head: str = "") -> bytes:
    """Return Plex's HTML page for a status; errors ignore the Accept header."""
    reason = _reason(status)
    return (
        f"<html><head>{head}<title>{reason}</title></head>"
        f"<body><h1>{status} {reason}</h1></body></html>"
    ).encode()


def html_error(status: int, *, head: str = "") -> web.Response:
    """Return Plex's HTML error, after which the connection is closed."""
    response = web.Response(
        status=status,
        body=html_body(status, head=head),
        content_type="text/html",
        headers=PLEX_HEADERS,
    )
    response.force_close()
    return response


def unauthorized(*, root: bool = False) -> web.Response:
    """Return the 401 for a missing, wrong or revoked token: 91 bytes, 193 on the root."""
    return html_error(401, head=_REDIRECT_SCRIPT if root else "")


def starting() -> web.Response:
    """Return the 503 XML that a starting server sends on every path."""
    response = web.Response(
        status=503,
        body=_STARTING.encode(),
        headers={**PLEX_HEADERS, "Content-Type": "text/xml;charset=utf-8"},
    )
    response.force_close()
    return response
