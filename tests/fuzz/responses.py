"""Complete HTTP responses with unusual status, headers and body."""

from http import HTTPStatus
import json
from typing import Final

from hypothesis import strategies as st

from tests.secrets import EMAIL, TOKEN

from .mutation import mangled, mutated
from .payload_templates import ERROR_DOCUMENTS, ERROR_PAGES

_STATUSES: Final = st.sampled_from(
    (*[200] * 12, 201, 204, 206, 301, 302, 307, 400, 401, 403, 404, 418, 422, 429, 500, 503, 599)
)
_WISHES: Final = (
    "0",
    "-1",
    "5",
    "1e9",
    "nan",
    "inf",
    "9" * 400,
    "soon",
    "Wed, 21 Oct 2026 07:28:00 GMT",
    "Wed, 21 Oct 99999 07:28:00 +9999",
    "21 Oct 1 00:00:00 -2359",
)
_LOCATIONS: Final = st.tuples(
    st.just("Location"),
    st.sampled_from(
        (
            *("", "/web", "//", "https://[", "https://%zz/", "https://a b/", "https://\xff/"),
            *("https://127.0.0.1:99999/", "https://xn--a/", f"https://{'a' * 300}/"),
            *("https://127.0.0.1/", f"https://a/?X-Plex-Token={TOKEN}", f"https://{EMAIL}:x@a"),
        )
    ),
)
_HEADERS: Final = st.one_of(
    st.tuples(st.sampled_from(("Retry-After", "Date")), st.sampled_from(_WISHES)),
    _LOCATIONS,
    st.tuples(
        st.just("Content-Encoding"),
        st.sampled_from(("gzip", "deflate", "br", "zstd", "identity", EMAIL)),
    ),
    st.tuples(
        st.just("Content-Type"),
        st.sampled_from(("text/html", "application/json; charset=utf-16", "charset=\xff", ";;")),
    ),
    st.tuples(
        st.just("Set-Cookie"), st.sampled_from((f"a={TOKEN}", "=", "a=b; expires=x; domain=;"))
    ),
    st.tuples(st.just("Transfer-Encoding"), st.sampled_from(("chunked", "gzip", "x"))),
)
_LENGTHS: Final = st.sampled_from((*[0] * 20, 1, -1, 10**20))

_PADDING: Final = st.sampled_from(
    (
        *[b""] * 7,
        *(b" " * 300, b"&#" + b"9" * 5_000, b"<![x["),
        *(b"\n" * 16_000, b"a" * 16_000, b"a." * 8_000, b"token" * 3_200, b"a:" * 8_000),
    )
)


def error_bodies() -> st.SearchStrategy[bytes]:
    """Return mutated and mangled error bodies."""
    documents = st.sampled_from(ERROR_DOCUMENTS)
    pages = st.sampled_from((*ERROR_PAGES, *(json.dumps(it).encode() for it in ERROR_DOCUMENTS)))
    return st.builds(
        lambda *parts: b"".join(parts),
        _PADDING,
        st.one_of(documents.flatmap(mutated), pages, pages.flatmap(mangled)),
        _PADDING,
    )


def http_response(body: bytes, status: int = HTTPStatus.OK) -> bytes:
    """Return a regular HTTP response with this body."""
    return _http(status, (), body, 0)


@st.composite
def responses(draw: st.DrawFn, bodies: st.SearchStrategy[bytes]) -> bytes:
    """Return a response; most have a success status and one of the bodies."""
    status = draw(_STATUSES)
    body = bodies if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES else error_bodies()
    if draw(st.integers(0, 5)) == 0:
        body = bodies | error_bodies()
    headers = draw(st.lists(_HEADERS, max_size=2)) if draw(st.booleans()) else ()
    answer = _http(status, tuple(headers), draw(body), draw(_LENGTHS))
    return draw(mangled(answer)) if draw(st.integers(0, 14)) == 0 else answer


def redirects() -> st.SearchStrategy[bytes]:
    """Return redirects, some of them invalid."""
    return st.builds(
        lambda status, location: _http(status, (location,), b"", 0),
        st.sampled_from((301, 302, 303, 307, 308)),
        _LOCATIONS,
    )


def _http(status: int, headers: tuple[tuple[str, str], ...], body: bytes, too_long: int) -> bytes:
    """Return a raw response; `too_long` makes its Content-Length exceed the body."""
    lines = [
        f"HTTP/1.1 {status} Whatever",
        "Connection: close",
        f"Content-Length: {max(0, len(body) + too_long)}",
        *(f"{name}: {value}" for name, value in headers),
    ]
    return "\r\n".join((*lines, "", "")).encode("latin-1") + body
