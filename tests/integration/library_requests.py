"""Requests for the libraries that the simulated server has received."""

from tests.simulator import PlexSimulator

PROVIDERS = "/media/providers"
MOVIE_LIST = "/library/sections/1/all"
KIDS_LIST = "/library/sections/6/all"


def library_paths(simulator: PlexSimulator) -> list[str]:
    """Return the paths of requests for libraries, except lists of their newest items."""
    return [
        request.path
        for request in simulator.requests
        if request.path == PROVIDERS
        or (request.path.startswith("/library/sections") and "sort" not in request.query)
    ]
