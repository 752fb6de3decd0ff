"""Fuzz: valid HTTP with extreme content is read in bounded time and memory by every call."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from itertools import islice
from typing import Final

import aiohttp
from hypothesis import HealthCheck, given, settings, strategies as st
import orjson

from custom_components.plex_pulse.api import (
    PlexAccountClient,
    PlexApiError,
    PlexServerClient,
    RateLimiterRegistry,
    RetryPolicy,
)
from custom_components.plex_pulse.api.http.limits import MAX_BODY_BYTES
from tests.api.helpers import IDENTITY
from tests.clocks import ManualClock
from tests.fuzz.calls import ACCOUNT_CALLS, SERVER_CALLS
from tests.fuzz.json_nodes import nodes
from tests.fuzz.large_payloads import nested, with_long_texts, with_many_entries
from tests.secrets import TOKEN

from .event_loop import MAX_BLOCK_SECONDS, MAX_MEMORY_BYTES, measured_callbacks, measured_memory
from .server import HostileServer

_ONCE: Final = RetryPolicy(max_retries=0)

type Extreme = Callable[[object, int], bytes]

_SIZES: Final = (1_000, 15_000, 250_000, 500_000, MAX_BODY_BYTES - 10_000, 4 * MAX_BODY_BYTES)
_NUMBERS: Final = (1e308, -1e308, 2**63, 2**64, -1, 0, 1e-320, "9" * 5_000, "1e999", "NaN")
_cases = settings(
    max_examples=60,
    derandomize=True,
    database=None,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
_CALLS: Final = sorted({*SERVER_CALLS, *ACCOUNT_CALLS})


def _largest_list(document: object, size: int) -> bytes:
    """Return the response with its last list enlarged."""
    *_, body = (orjson.dumps(document), *with_many_entries(document, size))
    return body


def _filled(entry: bytes) -> Extreme:
    """Return a function that replaces each list of a response by many equal entries."""

    def fill(document: object, size: int) -> bytes:
        entries = b"[" + b",".join([entry] * (size // (len(entry) + 1))) + b"]"
        root = {"": orjson.loads(orjson.dumps(document))}
        lists = [node for node in nodes(root) if isinstance(node.value, list)]
        for node in islice(lists, 1):
            node.put("filled")
        return orjson.dumps(root[""]).replace(b'"filled"', entries, 1)

    return fill


def _with_numbers(document: object, size: int) -> bytes:
    """Return the response with extreme numbers in place of all values."""
    root = {"": orjson.loads(orjson.dumps(document))}
    ends = [node for node in nodes(root) if not isinstance(node.value, dict | list)]
    for number, node in enumerate(ends):
        value = _NUMBERS[(number + size) % len(_NUMBERS)]
        node.put(value if value != 2**64 else 2**63)
    return orjson.dumps(root[""])


_EXTREMES: Final[Mapping[str, Extreme]] = {
    "long list": _largest_list,
    "empty objects": _filled(b"{}"),
    "empty lists": _filled(b"[]"),
    "small objects": _filled(b'{"id":1,"type":"movie","ratingKey":"1","key":"1","title":"a b"}'),
    "numbers": _filled(b"1.5"),
    "texts": _filled(b'"\xc4\x80"'),
    "long texts": lambda document, size: with_long_texts(document, "spindrift ", size),
    "control characters": lambda document, size: with_long_texts(document, "a\n\x1b\u202e", size),
    "digits": lambda document, size: with_long_texts(document, "9", size),
    "spaces": lambda document, size: with_long_texts(document, " ", size),
    "depth": lambda _, size: nested("Metadata", min(size // 14, 1_000)),
    "extreme numbers": _with_numbers,
    "duplicate keys": lambda _, size: (
        b'{"MediaContainer":{' + b'"size":1,' * (size // 9) + b'"a":1}}'
    ),
    "new keys": lambda _, size: (
        b'{"MediaContainer":{'
        + b"".join(b'"%07x":1,' % number for number in range(size // 12))
        + b'"size":1}}'
    ),
}


async def _call(session: aiohttp.ClientSession, url: str, name: str) -> None:
    """Call a method of a client of this server; PlexApiError is a valid result."""
    rate_limiters = RateLimiterRegistry(ManualClock())
    with suppress(PlexApiError):
        if name in SERVER_CALLS:
            server = PlexServerClient(
                session, url, TOKEN, identity=IDENTITY, rate_limiters=rate_limiters, policy=_ONCE
            )
            await SERVER_CALLS[name].invoke(server)
        else:
            account = PlexAccountClient(
                session,
                TOKEN,
                identity=IDENTITY,
                rate_limiters=rate_limiters,
                policy=_ONCE,
                url=url,
            )
            await ACCOUNT_CALLS[name].invoke(account)


@_cases
@given(
    name=st.sampled_from(_CALLS),
    extreme=st.sampled_from(list(_EXTREMES)),
    size=st.sampled_from(_SIZES),
)
async def test_extreme_responses_are_read_in_bounded_time_and_memory(
    session: aiohttp.ClientSession, server: HostileServer, name: str, extreme: str, size: int
) -> None:
    call = SERVER_CALLS.get(name) or ACCOUNT_CALLS[name]
    document = {"MediaContainer": {}} if isinstance(call.answer, bytes) else call.answer
    server.bodies = {}
    server.default = _EXTREMES[extreme](document, size)
    await _call(session, server.url, name)
    with measured_callbacks() as monitor:
        await _call(session, server.url, name)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    with measured_memory() as memory:
        await _call(session, server.url, name)
    assert memory.peak < MAX_MEMORY_BYTES
