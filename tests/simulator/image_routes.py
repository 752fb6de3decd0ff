"""Image endpoints: posters of items, and the photo transcoder that scales them."""

import re
from urllib.parse import urlsplit

from aiohttp import web

from .errors import PLEX_HEADERS, html_error
from .posters import poster
from .state import Call, Route

_PICTURE = re.compile(r"/library/metadata/(\d+)/(thumb|art)(/-?\d+)?")


def _png(body: bytes) -> web.Response:
    headers = {**PLEX_HEADERS, "Cache-Control": "max-age=2592000", "Content-Type": "image/png"}
    return web.Response(body=body, headers=headers)


def _exists(call: Call, rating_key: str) -> bool:
    item = call.state.library.items.get(int(rating_key))
    return item is not None and call.viewer.sees(item.section.key)


def _picture(call: Call) -> web.Response:
    match = call.request.match_info
    if not _exists(call, match["item"]):
        return html_error(404)
    return _png(poster(match["item"] + match["kind"]))


def _transcode(call: Call) -> web.Response:
    width, height = call.number("width"), call.number("height")
    if not width or not height or "url" not in call.request.query:
        return html_error(400)
    inner = _PICTURE.match(_own_path(call, call.request.query["url"]))
    if inner is None or not _exists(call, inner[1]):
        return html_error(404)
    return _png(poster(inner[1] + inner[2], width, height))


def _own_path(call: Call, url: str) -> str:
    """Return the path of an absolute URL of the server itself, and other URLs unchanged."""
    parts = urlsplit(url)
    return parts.path if parts.netloc == call.request.host else url


ROUTES = (
    Route(path=r"/library/metadata/{item:\d+}/{kind:thumb|art}", handle=_picture),
    Route(path=r"/library/metadata/{item:\d+}/{kind:thumb|art}/{version:-?\d+}", handle=_picture),
    Route(path="/photo/:/transcode", handle=_transcode),
)
