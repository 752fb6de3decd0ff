"""The endpoint of the notification websocket."""

from aiohttp import web

from .errors import unauthorized
from .state import Call, Route
from .websocket import NOTIFICATIONS_PATH


async def _notifications(call: Call) -> web.StreamResponse:
    push = call.state.push
    if push.refuses_shared and not call.viewer.is_owner:
        return unauthorized()
    return await push.serve(call.request)


ROUTES = (Route(path=NOTIFICATIONS_PATH, handle=_notifications),)
