"""Error responses whose bodies contain every planted secret."""

from collections.abc import Mapping
import json
from typing import Final

from tests.fixtures.home_assistant import TOKEN
from tests.secrets import FOLLOWED_USER, LOOPBACK, OTHER_USER, PLAYER_ADDRESS
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.users_and_players import OWNER

from .assertions import NOTIFICATIONS_PATH

WORDS: Final = f"https://{PLAYER_ADDRESS}:32400/?X-Plex-Token={TOKEN} of {FOLLOWED_USER.name}"

_STARTING: Final = f'<Response code="503" title="Maintenance" status="{WORDS}"/>'
_REFUSED: Final = "refused token"
_LARGE: Final = "20 MB"

FAULTS: Final[Mapping[str, Fault]] = {
    "JSON": Fault.status(
        500, body=json.dumps({"errors": [{"code": 1, "message": WORDS}]}).encode()
    ),
    "HTML 400": Fault.status(400, body=f"<html><body><h1>{WORDS}</h1></body></html>".encode()),
    "XML": Fault.status(401, body=f'<Response code="401" status="{WORDS}"/>'.encode()),
    "starting": Fault.status(503, body=_STARTING.encode(), content_type="text/xml;charset=utf-8"),
    _REFUSED: Fault.status(401, body=f"<html><head><title>{WORDS}</title></head></html>".encode()),
    "429": Fault.status(429, {"Retry-After": "2"}, body=WORDS.encode()),
    "redirect": Fault.redirect(f"http://{PLAYER_ADDRESS}/?X-Plex-Token={TOKEN}"),
    "redirect to https": Fault.redirect(f"https://{LOOPBACK}/?X-Plex-Token={TOKEN}"),
    "HTML": Fault.html(WORDS.encode()),
    "another shape": Fault.wrong_json({"error": WORDS}),
    "no JSON": Fault.wrong_json(WORDS.encode()),
    _LARGE: Fault.oversize(),
    "cut body": Fault.cut_body(),
    "reset": Fault.reset(),
    "hang": Fault.hang(),
    "hang in the body": Fault.hang_body(),
    "slow body": Fault.slow_drip(),
}
DETAILS: Final = ("/accounts", "/library/*", "/photo/*", "/updater/*")
ESSENTIALS: Final = ("/identity", "/status/*", "/media/*", NOTIFICATIONS_PATH)

_ACCOUNTS: Final = Fault.wrong_json(
    {
        "MediaContainer": {
            "Account": [
                {"id": user.id, "name": user.name} for user in (OWNER, FOLLOWED_USER, OTHER_USER)
            ]
        }
    }
)
_PLEX_TV_OFFSET: Final = 4
"""Offset in the list, so that each fault of the server is combined with another one of plex.tv.

A refused token must not be combined with a request that hangs: the reauth flow waits for
plex.tv, and the test for the flow.
"""
_LARGE_TIMES: Final = 2


class FaultScenario:
    """A fault of the server, and another one of plex.tv."""

    def __init__(self, name: str, simulator: PlexSimulator, plextv: PlexTvSimulator) -> None:
        """Start without faults; `times` limits faults that are slow to send (None: always)."""
        names = list(FAULTS)
        self._fault = FAULTS[name]
        self._plex_tv_fault = FAULTS[names[names.index(name) - _PLEX_TV_OFFSET]]
        self.times = _LARGE_TIMES if name == _LARGE else None
        # A server that refuses a token still answers its identity.
        self._spared = {"/identity"} if name == _REFUSED else set()
        self._simulator = simulator
        self._plextv = plextv
        self.stop()

    def start(self, *paths: str, times: int | None = None) -> None:
        """Make all requests below these paths fail, and only them; `times` is per path."""
        self._simulator.faults.clear()
        for path in paths:
            if path not in self._spared:
                self._simulator.faults.add(path, self._fault, times)
        self._simulator.faults.add("/accounts", _ACCOUNTS, times=None)

    def stop(self) -> None:
        """Remove the faults of the server."""
        self.start()

    def start_at_plex_tv(self, path: str = "/api/*") -> None:
        """Make all requests to plex.tv below this path fail, and only them."""
        self._plextv.faults.clear()
        self._plextv.faults.add(path, self._plex_tv_fault, times=None)

    def stop_at_plex_tv(self) -> None:
        """Remove the faults of plex.tv."""
        self._plextv.faults.clear()
