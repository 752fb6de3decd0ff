"""Reject requests for other hosts than this machine, against DNS rebinding.

A web page can let its own name resolve to 127.0.0.1 and is then of the same origin as the
demo, which needs no login. Its requests still have the page's name in the header Host.
"""

from collections.abc import Awaitable, Callable
from ipaddress import ip_address
from string import ascii_letters, digits
from typing import Final

from aiohttp import web, web_app
from aiohttp.hdrs import HOST
from yarl import URL

# Of names and addresses with a port: no user, path or fragment that would hide another host.
_HOST_CHARACTERS: Final = frozenset(ascii_letters + digits + "-._[]:")

type Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@web.middleware
async def check_host(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer 403 to a request whose Host header is not an address of this machine."""
    if not is_loopback(request.headers.get(HOST, "")):
        raise web.HTTPForbidden(text="The demo only accepts requests for this machine")
    return await handler(request)


def is_loopback(host: str) -> bool:
    """Return whether a Host header is `localhost` or a loopback address, with any port."""
    if not _HOST_CHARACTERS.issuperset(host):
        return False
    try:
        name = URL(f"http://{host}").host or ""
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def install_host_check(app: web.Application) -> None:
    """Add the middleware before all others."""
    if not app.frozen:
        app.middlewares.insert(0, check_host)
        return
    # Home Assistant listens before it sets up custom integrations. aiohttp has no other way to
    # add a middleware then, and caches the handlers with their middlewares.
    app._middlewares_handlers = ((check_host, True), *(app._middlewares_handlers or ()))  # noqa: SLF001
    web_app._cached_build_middleware.cache_clear()  # noqa: SLF001
