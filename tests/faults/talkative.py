"""Faults that say aloud all that a server, or whoever stands before it, was ever sent."""

from collections.abc import Mapping
import json
from typing import Final

from tests.integration.conftest import TOKEN
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.users_and_players import OWNER

from .canaries import ADDRESS, FOLLOWED, HOME, UNFOLLOWED
from .recovery import NOTIFICATIONS

WORDS: Final = f"https://{ADDRESS}:32400/?X-Plex-Token={TOKEN} of {FOLLOWED.name}"

_STARTING: Final = f'<Response code="503" title="Maintenance" status="{WORDS}"/>'
_REFUSED: Final = "refused token"
_LARGE: Final = "20 MB"

FAULTS: Final[Mapping[str, Fault]] = {
    "JSON": Fault.status(
        500, body=json.dumps({"errors": [{"code": 1, "message": WORDS}]}).encode()
    ),
    "page": Fault.status(400, body=f"<html><body><h1>{WORDS}</h1></body></html>".encode()),
    "XML": Fault.status(401, body=f'<Response code="401" status="{WORDS}"/>'.encode()),
    "starting": Fault.status(503, body=_STARTING.encode(), content_type="text/xml;charset=utf-8"),
    _REFUSED: Fault.status(401, body=f"<html><head><title>{WORDS}</title></head></html>".encode()),
    "silence": Fault.status(429, {"Retry-After": "2"}, body=WORDS.encode()),
    "redirect": Fault.redirect(f"http://{ADDRESS}/?X-Plex-Token={TOKEN}"),
    "redirect to https": Fault.redirect(f"https://{HOME}/?X-Plex-Token={TOKEN}"),
    "HTML": Fault.html(WORDS.encode()),
    "another shape": Fault.wrong_json({"error": WORDS}),
    "no JSON": Fault.wrong_json(WORDS.encode()),
    _LARGE: Fault.oversize(),
    "cut body": Fault.cut_body(),
    "reset": Fault.reset(),
    "hang": Fault.hang(),
    "hang in the body": Fault.hang_body(),
    "slow drip": Fault.slow_drip(),
}
DETAILS: Final = ("/accounts", "/library/*", "/photo/*", "/updater/*")
ESSENTIALS: Final = ("/identity", "/status/*", "/media/*", NOTIFICATIONS)

_ACCOUNTS: Final = Fault.wrong_json(
    {
        "MediaContainer": {
            "Account": [
                {"id": user.id, "name": user.name} for user in (OWNER, FOLLOWED, UNFOLLOWED)
            ]
        }
    }
)
_PLEX_TV_LAGS: Final = 7
"""Places in the list, so that each fault of a server meets a different one of plex.tv."""
_ENOUGH: Final = 2


class Trouble:
    """One of the faults at a server that knows the viewers, and another one at plex.tv."""

    def __init__(self, name: str, simulator: PlexSimulator, plextv: PlexTvSimulator) -> None:
        """Begin with none; enough is how often is enough, None for always: some take time."""
        names = list(FAULTS)
        self._fault = FAULTS[name]
        self._plex_tv_fault = FAULTS[names[names.index(name) - _PLEX_TV_LAGS]]
        self.enough = _ENOUGH if name == _LARGE else None
        # Who refuses a token says who it is all the same.
        self._spared = {"/identity"} if name == _REFUSED else set()
        self._simulator = simulator
        self._plextv = plextv
        self.end()

    def begin(self, *paths: str, times: int | None = None) -> None:
        """Let everything go wrong below these paths, and nothing else; times: for each path."""
        self._simulator.faults.clear()
        for path in paths:
            if path not in self._spared:
                self._simulator.faults.add(path, self._fault, times)
        self._simulator.faults.add("/accounts", _ACCOUNTS, times=None)

    def end(self) -> None:
        """Let the server be well."""
        self.begin()

    def begin_elsewhere(self, path: str = "/api/*") -> None:
        """Let everything go wrong at plex.tv below this path, and nothing else."""
        self._plextv.faults.clear()
        self._plextv.faults.add(path, self._plex_tv_fault, times=None)

    def end_elsewhere(self) -> None:
        """Let plex.tv be well."""
        self._plextv.faults.clear()
