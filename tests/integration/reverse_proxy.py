"""A reverse proxy that serves Plex under a path, or adds a header."""

from aiohttp import web
from yarl import URL

from tests.simulator import PlexSimulator

BASE_PATH = "/plex"
LARGE_HEADER = "x" * 12_000
"""As an identity provider in front of Plex adds."""


async def serve_under_path(simulator: PlexSimulator, base_path: str = BASE_PATH) -> None:
    """Restart the simulator so that it answers below a path, as it is encoded, only."""
    create = simulator.application
    simulator.application = lambda: _below_base_path(create(), base_path)  # type: ignore[method-assign]  # of one object
    await simulator.stop()
    await simulator.start()


async def add_large_header(simulator: PlexSimulator) -> None:
    """Restart the simulator so that each of its responses has a header of 12 kB."""
    create = simulator.application

    async def add_header(request: web.Request, response: web.StreamResponse) -> None:
        """Add the header before a response is sent."""
        response.headers["X-Proxy-State"] = LARGE_HEADER

    def application() -> web.Application:
        """Return the application of Plex, whose responses get the header."""
        plex = create()
        plex.on_response_prepare.append(add_header)
        return plex

    simulator.application = application  # type: ignore[method-assign]  # of one object
    await simulator.stop()
    await simulator.start()


def _below_base_path(plex: web.Application, base_path: str) -> web.Application:
    """Return an application that removes the path and answers 404 elsewhere."""
    plex.freeze()

    async def forward(request: web.Request) -> web.StreamResponse:
        """Return the response of Plex for the path without the base path."""
        path = request.rel_url.raw_path
        if not path.startswith(f"{base_path}/"):
            raise web.HTTPNotFound
        path = path.removeprefix(base_path)
        inner = request.clone(rel_url=URL(path, encoded=True).with_query(request.query))
        return await plex._handle(inner)  # noqa: SLF001 - as a server would

    application = web.Application()
    application.router.add_route("*", "/{path:.*}", forward)
    return application
