"""The ways in which a server gets into trouble, and how one of them is drawn."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

_ANYWHERE: Final = "*"
_PATHS: Final = (_ANYWHERE, _ANYWHERE, "/status/sessions", "/media/providers", "/library/*")
_WEBSOCKET: Final = "/:/websockets/notifications"
_SERVER_ERRORS: Final = (500, 502, 503, 504)
_CLOSINGS: Final = ("close", "drop", "hang_up")
_ENDS_WEBSOCKETS: Final = 0.5
"""How often; while notifications come there are few requests that could fail."""

type Argument = str | float | dict[str, str]
type Order = tuple[Argument, ...]
"""The name of one of StandIn's methods, and its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What goes wrong, and for how long; seconds.

    orders begin it. aftermath is for how long the server has asked to be left alone when
    it ends. is_left_by_client: it lasts until the client has noticed by itself. reloads:
    the server is well, and its entry is loaded anew.
    """

    name: str
    orders: tuple[Order, ...]
    seconds: float
    end: Order = ("well",)
    aftermath: float = 0.0
    is_left_by_client: bool = False
    reloads: bool = False


def _fail(random: Random, kind: str, *arguments: Argument) -> tuple[Order, ...]:
    """Return what makes requests fail, now and then with those that replace notifications."""
    fault: Order = ("fail", random.choice(_PATHS), kind, *arguments)
    return (fault, _end_websockets(random)) if random.random() < _ENDS_WEBSOCKETS else (fault,)


def _end_websockets(random: Random) -> Order:
    return ("end_websockets", random.choice(_CLOSINGS))


def _failing(name: str, kind: str, *arguments: Argument) -> _Draw:
    """Return what draws a fault of that kind for some path."""
    return lambda random: Trouble(
        name=name, orders=_fail(random, kind, *arguments), seconds=random.uniform(1, 12)
    )


def _rate_limit(random: Random) -> Trouble:
    return Trouble(name="429", orders=_fail(random, "status", 429), seconds=random.uniform(1, 8))


def _rate_limit_with_wish(random: Random) -> Trouble:
    return _wishing(random, "429 with Retry-After", random.randint(1, 8))


def _rate_limit_with_long_wish(random: Random) -> Trouble:
    """Ask for more patience than a request has."""
    return _wishing(random, "429 with long Retry-After", random.randint(32, 45))


def _wishing(random: Random, name: str, wish: int) -> Trouble:
    return Trouble(
        name=name,
        orders=_fail(random, "status", 429, {"Retry-After": str(wish)}),
        seconds=random.uniform(1, 8),
        aftermath=wish,
    )


def _server_errors(random: Random) -> Trouble:
    status = random.choice(_SERVER_ERRORS)
    return Trouble(
        name="5xx",
        orders=_fail(random, "status", status),
        seconds=random.uniform(1, 12),
    )


def _upgrade_refused(random: Random) -> Trouble:
    """Refuse websockets while all else works, and end the one there is."""
    status = random.choice((403, 404, 502, 503))
    return Trouble(
        name="websocket refused",
        orders=(("fail", _WEBSOCKET, "status", status), _end_websockets(random)),
        seconds=random.uniform(1, 15),
    )


def _websocket_ended(random: Random) -> Trouble:
    return Trouble(name="websocket ended", orders=(_end_websockets(random),), seconds=0.0)


def _half_open(random: Random) -> Trouble:
    return Trouble(
        name="websocket half open",
        orders=(("end_websockets", "silence"),),
        seconds=0.0,
        is_left_by_client=True,
    )


def _restart(random: Random) -> Trouble:
    return Trouble(
        name="restart", orders=(("leave",),), seconds=random.uniform(0, 8), end=("come_back",)
    )


def _starting(random: Random) -> Trouble:
    return Trouble(
        name="starting",
        orders=(("be_starting",), ("end_websockets", "close")),
        seconds=random.uniform(1, 10),
    )


def _token_refused(random: Random) -> Trouble:
    return Trouble(name="token refused", orders=(("refuse_token",),), seconds=random.uniform(1, 15))


def _latency(random: Random) -> Trouble:
    return Trouble(
        name="latency",
        orders=(("delay", random.uniform(0.1, 3)),),
        seconds=random.uniform(3, 15),
    )


def _idle_connections(random: Random) -> Trouble:
    return Trouble(name="idle connections reset", orders=(("give_up_idle",),), seconds=0.0)


def _reload(random: Random) -> Trouble:
    return Trouble(name="reload", orders=(), seconds=0.0, reloads=True)


type _Draw = Callable[[Random], Trouble]

_DRAWS: Final[tuple[_Draw, ...]] = (
    _rate_limit,
    _rate_limit_with_wish,
    _rate_limit_with_long_wish,
    _server_errors,
    _failing("reset", "reset"),
    _failing("disconnect", "disconnect"),
    _failing("hang", "hang"),
    _failing("hang in the body", "hang_body"),
    _failing("HTML", "html"),
    _failing("wrong JSON", "wrong_json", {"MediaContainer": "odd"}),
    _failing("body cut", "cut_body"),
    _failing("body too large", "oversize"),
    _failing("body in drops", "slow_drip", 0.05),
    _upgrade_refused,
    _websocket_ended,
    _half_open,
    _restart,
    _starting,
    _token_refused,
    _latency,
    _idle_connections,
    _reload,
)


class Troubles:
    """Troubles without end: each once in random order, and then again in another."""

    def __init__(self, random: Random) -> None:
        """Draw from there."""
        self._random = random
        self._left: list[_Draw] = []

    def draw(self) -> Trouble:
        """Return the next one."""
        if not self._left:
            self._left = self._random.sample(_DRAWS, len(_DRAWS))
        return self._left.pop()(self._random)
