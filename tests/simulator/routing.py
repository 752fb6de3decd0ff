"""Routes of all endpoints, with the access checks before their handlers."""

from collections.abc import Awaitable, Callable

from aiohttp import web

from . import (
    account_routes,
    admin_routes,
    claiming,
    collection_routes,
    edit_routes,
    hub_routes,
    image_routes,
    item_routes,
    library_routes,
    live_tv_routes,
    media_routes,
    play_queue_routes,
    playback_routes,
    playlist_routes,
    preferences,
    push_routes,
    search_routes,
    section_routes,
    server_routes,
    statistics_routes,
    updater_routes,
    watched_routes,
)
from .access import NO_ACCESS, Access
from .errors import html_error, starting, unauthorized
from .state import Call, Route, ServerState

type _Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_ROUTES = (
    *server_routes.ROUTES,
    *account_routes.ROUTES,
    *admin_routes.ROUTES,
    *preferences.ROUTES,
    *hub_routes.ROUTES,
    *claiming.ROUTES,
    *updater_routes.ROUTES,
    *library_routes.ROUTES,
    *live_tv_routes.ROUTES,
    *section_routes.ROUTES,
    *item_routes.ROUTES,
    *collection_routes.ROUTES,
    *playlist_routes.ROUTES,
    *play_queue_routes.ROUTES,
    *watched_routes.ROUTES,
    *search_routes.ROUTES,
    *image_routes.ROUTES,
    *edit_routes.ROUTES,
    *media_routes.ROUTES,
    *playback_routes.ROUTES,
    *statistics_routes.ROUTES,
    *push_routes.ROUTES,
)
_MISSING = Route(path="/{path:.*}", handle=lambda _: html_error(404))


def plex_routes(state: ServerState) -> list[web.RouteDef]:
    """Return the routes of Plex's paths; all other paths are 404 for a valid token."""
    return [
        *(
            web.route(method, route.path, _answerer(route, state))
            for route in _ROUTES
            for method in route.methods
        ),
        web.route("*", _MISSING.path, _answerer(_MISSING, state)),
    ]


def _answerer(route: Route, state: ServerState) -> _Handler:
    async def answer(request: web.Request) -> web.StreamResponse:
        if state.starting:
            return starting()
        viewer = state.tokens.viewer(request)
        if viewer is NO_ACCESS and route.access is not Access.ANYONE:
            return _unauthorized(request, state)
        if route.access is Access.ADMIN and not viewer.is_owner:
            return html_error(state.admin_refusal)
        response = route.handle(Call(state=state, request=request, viewer=viewer))
        return response if isinstance(response, web.StreamResponse) else await response

    return answer


def _unauthorized(request: web.Request, state: ServerState) -> web.StreamResponse:
    if request.path != "/":
        return unauthorized()
    return unauthorized(root=True) if state.root_without_token == 401 else html_error(404)
