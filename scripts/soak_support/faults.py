"""The faults of a server, and the random order in which they occur."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

_ANY_PATH: Final = "*"
_PATHS: Final = (_ANY_PATH, _ANY_PATH, "/status/sessions", "/media/providers", "/library/*")
_WEBSOCKET_PATH: Final = "/:/websockets/notifications"
_SERVER_ERRORS: Final = (500, 502, 503, 504)
_WEBSOCKET_ENDINGS: Final = ("close", "drop", "hang_up")
_WEBSOCKET_END_PROBABILITY: Final = 0.5
"""While the websocket is open there are few requests that could fail."""
_UNANSWERED: Final = ("hang", "hang_body", "slow_drip")
"""Faults that affect a request until the client gives it up, also after recover()."""
_IN_FLIGHT_SECONDS: Final = 20.0
"""What is left of the total timeout after a first attempt: the second one is not cut."""
_TOKEN_REFUSED: Final = "%s refuses the token: signing in is needed"  # noqa: S105 - a log line
"""Logged where a refusal lasts for ten seconds."""

type Argument = str | float | dict[str, str]
type Command = tuple[Argument, ...]
"""The name of one of SoakSimulator's methods, and its arguments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerFault:
    """A fault and its duration in seconds.

    begin and end are commands for the simulator. retry_after is the time for which the
    server still refuses requests when the fault ends, in_flight the time for which a request
    that was sent during the fault may still be waiting. expected_line is the format of a
    warning that is correct during the fault. is_ended_by_client: the fault lasts until the
    client has detected it. is_reload: the server works, and its entry is reloaded.
    """

    name: str
    begin: tuple[Command, ...]
    seconds: float
    end: Command = ("recover",)
    retry_after: float = 0.0
    in_flight: float = 0.0
    expected_line: str = ""
    is_ended_by_client: bool = False
    is_reload: bool = False


type _FaultFactory = Callable[[Random], ServerFault]


def _fail_requests(random: Random, kind: str, *arguments: Argument) -> tuple[Command, ...]:
    """Return commands for failing requests, sometimes with the end of the websocket."""
    fault: Command = ("fail", random.choice(_PATHS), kind, *arguments)
    if random.random() < _WEBSOCKET_END_PROBABILITY:
        return (fault, _end_websockets(random))
    return (fault,)


def _end_websockets(random: Random) -> Command:
    return ("end_websockets", random.choice(_WEBSOCKET_ENDINGS))


def _request_fault(name: str, kind: str, *arguments: Argument) -> _FaultFactory:
    """Return a factory for a fault of that kind on a random path."""
    return lambda random: ServerFault(
        name=name,
        begin=_fail_requests(random, kind, *arguments),
        seconds=random.uniform(1, 12),
        in_flight=_IN_FLIGHT_SECONDS if kind in _UNANSWERED else 0.0,
    )


def _rate_limit(random: Random) -> ServerFault:
    return ServerFault(
        name="429", begin=_fail_requests(random, "status", 429), seconds=random.uniform(1, 8)
    )


def _short_retry_after(random: Random) -> ServerFault:
    return _retry_after(random, "429 with Retry-After", random.randint(1, 8))


def _long_retry_after(random: Random) -> ServerFault:
    """Require a longer wait than the total timeout of a request."""
    return _retry_after(random, "429 with long Retry-After", random.randint(32, 45))


def _retry_after(random: Random, name: str, seconds: int) -> ServerFault:
    return ServerFault(
        name=name,
        begin=_fail_requests(random, "status", 429, {"Retry-After": str(seconds)}),
        seconds=random.uniform(1, 8),
        retry_after=seconds,
    )


def _server_errors(random: Random) -> ServerFault:
    status = random.choice(_SERVER_ERRORS)
    return ServerFault(
        name="5xx",
        begin=_fail_requests(random, "status", status),
        seconds=random.uniform(1, 12),
    )


def _websocket_refused(random: Random) -> ServerFault:
    """End the websocket and refuse new ones while requests succeed."""
    status = random.choice((403, 404, 502, 503))
    return ServerFault(
        name="websocket refused",
        begin=(("fail", _WEBSOCKET_PATH, "status", status), _end_websockets(random)),
        seconds=random.uniform(1, 15),
    )


def _websocket_ended(random: Random) -> ServerFault:
    return ServerFault(name="websocket ended", begin=(_end_websockets(random),), seconds=0.0)


def _half_open(random: Random) -> ServerFault:
    return ServerFault(
        name="websocket half open",
        begin=(("end_websockets", "freeze"),),
        seconds=0.0,
        is_ended_by_client=True,
    )


def _restart(random: Random) -> ServerFault:
    return ServerFault(
        name="restart", begin=(("shut_down",),), seconds=random.uniform(0, 8), end=("restart",)
    )


def _starting(random: Random) -> ServerFault:
    return ServerFault(
        name="starting",
        begin=(("report_starting",), ("end_websockets", "close")),
        seconds=random.uniform(1, 10),
    )


def _token_refused(random: Random) -> ServerFault:
    return ServerFault(
        name="token refused",
        begin=(("revoke_token",),),
        seconds=random.uniform(1, 15),
        expected_line=_TOKEN_REFUSED,
    )


def _latency(random: Random) -> ServerFault:
    return ServerFault(
        name="latency",
        begin=(("delay", random.uniform(0.1, 3)),),
        seconds=random.uniform(3, 15),
    )


def _idle_connections(random: Random) -> ServerFault:
    return ServerFault(
        name="idle connections reset", begin=(("reset_idle_connections",),), seconds=0.0
    )


def _reload(random: Random) -> ServerFault:
    return ServerFault(name="reload", begin=(), seconds=0.0, is_reload=True)


_FACTORIES: Final[tuple[_FaultFactory, ...]] = (
    _rate_limit,
    _short_retry_after,
    _long_retry_after,
    _server_errors,
    _request_fault("reset", "reset"),
    _request_fault("disconnect", "disconnect"),
    _request_fault("hang", "hang"),
    _request_fault("hang in the body", "hang_body"),
    _request_fault("HTML", "html"),
    _request_fault("wrong JSON", "wrong_json", {"MediaContainer": "odd"}),
    _request_fault("body cut", "cut_body"),
    _request_fault("body too large", "oversize"),
    _request_fault("slow body", "slow_drip", 0.05),
    _websocket_refused,
    _websocket_ended,
    _half_open,
    _restart,
    _starting,
    _token_refused,
    _latency,
    _idle_connections,
    _reload,
)


class FaultSequence:
    """An endless sequence of faults: all of them in random order, then again in another."""

    def __init__(self, random: Random) -> None:
        """Use this source of randomness."""
        self._random = random
        self._remaining: list[_FaultFactory] = []

    def next(self) -> ServerFault:
        """Return the next fault."""
        if not self._remaining:
            self._remaining = self._random.sample(_FACTORIES, len(_FACTORIES))
        return self._remaining.pop()(self._random)
