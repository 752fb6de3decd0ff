"""Statistics endpoints: load of the host, bandwidth and plays by user and player."""

from collections.abc import Callable, Iterator
import math

from aiohttp import web

from .access import Access
from .admin_routes import device_trees
from .comparison import UnknownArgumentError, number_test
from .encode import Scalar, Tree
from .errors import html_error
from .session import UNLIMITED_BANDWIDTH
from .state import Call, Route
from .users_and_players import USERS

_SAMPLE_EVERY = 5
_SAMPLES = 12
# Length of the buckets of each timespan: months, weeks, days, hours, seconds.
_BUCKETS = {1: 2_592_000, 2: 604_800, 3: 86_400, 4: 3600, 6: 1}
_LIVE_BUCKETS = 30
_FILTERS = frozenset({"accountID", "deviceID", "lan", "at", "bytes", "count", "duration"})


def _resources(call: Call) -> web.Response:
    if not call.state.plex_pass:
        return html_error(404)
    newest = int(call.state.clock()) // _SAMPLE_EVERY * _SAMPLE_EVERY
    transcodes = sum(1 for s in call.state.sessions.current() if s.method == "transcode")
    rows: list[Tree] = []
    for at in range(newest - (_SAMPLES - 1) * _SAMPLE_EVERY, newest + 1, _SAMPLE_EVERY):
        wave = math.sin(at / 37) + 1
        process = 1.5 + wave + 9 * transcodes
        rows.append(
            {
                "timespan": 6,
                "at": at,
                "hostCpuUtilization": round(min(process + 3 + 2 * wave, 100), 3),
                "processCpuUtilization": round(min(process, 100), 3),
                "hostMemoryUtilization": round(41.5 + wave, 3),
                "processMemoryUtilization": round(3.2 + wave / 4 + transcodes, 3),
            }
        )
    return call.answer({"size": len(rows), "StatisticsResources": rows})


def _bandwidth(call: Call) -> web.Response:
    """Answer the bytes sent in each bucket; those of past views, then of what plays now."""
    return _statistics(call, "StatisticsBandwidth", _bandwidth_rows)


def _media(call: Call) -> web.Response:
    return _statistics(call, "StatisticsMedia", _media_rows)


def _statistics(
    call: Call, element: str, find: Callable[[Call, int], Iterator[Tree]]
) -> web.Response:
    if not call.state.plex_pass:
        return html_error(404)
    timespan = call.number("timespan") or 6
    if timespan not in _BUCKETS:
        return html_error(400)
    rows = list(find(call, timespan))
    try:
        passes = number_test(call.request.query, _FILTERS, others=frozenset({"timespan"}))
    except UnknownArgumentError:
        return html_error(400)
    rows = [row for row in rows if passes({name: _number(row.get(name)) for name in _FILTERS})]
    accounts: list[Tree] = [
        {"id": user.id, "key": f"/accounts/{user.id}", "name": user.name, "thumb": user.thumb}
        for user in USERS
    ]
    devices = device_trees(int(call.state.clock()) - 86_400)
    return call.answer({"size": len(rows), "Device": devices, "Account": accounts, element: rows})


def _number(value: Scalar | Tree | list[Tree] | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _past(call: Call, timespan: int) -> Iterator[tuple[Tree, int, int]]:
    """Yield what bandwidth and media rows share, with bytes and seconds of each past view."""
    bucket = _BUCKETS[timespan]
    for view in sorted(call.state.sessions.history, key=lambda view: view.viewed_at):
        item = view.item
        if item is None or item.media is None or item.duration is None:
            continue
        row: Tree = {
            "accountID": view.account_id,
            "deviceID": 1,
            "timespan": timespan,
            "at": view.viewed_at // bucket * bucket,
        }
        seconds = item.duration // 1000
        yield row, item.media.bitrate * 125 * min(seconds, bucket), seconds


def _bandwidth_rows(call: Call, timespan: int) -> Iterator[Tree]:
    for row, sent, _ in _past(call, timespan):
        yield row | {"lan": True, "bytes": sent}
    newest = int(call.state.clock())
    playing = [s for s in call.state.sessions.current() if s.state == "playing" and s.user]
    bucket = _BUCKETS[timespan]
    buckets = _LIVE_BUCKETS if bucket == 1 else 1
    for at in range(newest - (buckets - 1) * bucket, newest + 1, bucket):
        for session in playing:
            if session.bandwidth < UNLIMITED_BANDWIDTH:
                yield {
                    "accountID": session.user.id if session.user else 0,
                    "deviceID": 1,
                    "timespan": timespan,
                    "at": at // bucket * bucket,
                    "lan": session.location == "lan",
                    "bytes": session.bandwidth * 125,
                }


def _media_rows(call: Call, timespan: int) -> Iterator[Tree]:
    for row, _, seconds in _past(call, timespan):
        yield row | {"metadataType": 1, "count": 1, "duration": seconds}


ROUTES = (
    Route(path="/statistics/resources", handle=_resources, access=Access.ADMIN),
    Route(path="/statistics/bandwidth", handle=_bandwidth, access=Access.ADMIN),
    Route(path="/statistics/media", handle=_media, access=Access.ADMIN),
)
