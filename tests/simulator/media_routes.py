"""Endpoints that deliver media: files, and the playlists of the transcoder."""

from aiohttp import web

from .errors import PLEX_HEADERS, html_error
from .state import Call, Route

_SAMPLE = bytes(1024)
_TYPES = {"mp3": "audio/mpeg", "flac": "audio/flac", "jpeg": "image/jpeg"}


def _part(call: Call) -> web.Response:
    """Deliver a small sample in place of the file."""
    item = call.state.library.items.get(int(call.request.match_info["part"]))
    if item is None or item.media is None or not call.viewer.sees(item.section.key):
        return html_error(404)
    content_type = _TYPES.get(item.media.container, "video/mp4")
    return web.Response(body=_SAMPLE, headers={**PLEX_HEADERS, "Content-Type": content_type})


def _start(call: Call) -> web.Response:
    if "path" not in call.request.query:
        return html_error(400)
    headers = {**PLEX_HEADERS, "Content-Type": "application/vnd.apple.mpegurl"}
    return web.Response(text="#EXTM3U\n", headers=headers)


ROUTES = (
    Route(path=r"/library/parts/{part:\d+}/{changed:\d+}/{file}", handle=_part),
    Route(path="/{kind:video|music}/:/transcode/universal/start.{format}", handle=_start),
)
