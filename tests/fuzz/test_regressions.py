"""Regression tests for bugs found by fuzzing."""

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    RateLimiterRegistry,
)
from tests.api.helpers import IDENTITY
from tests.api.raw_server import raw_server
from tests.clocks import ManualClock
from tests.secrets import TOKEN

from .connectors import LoopbackConnector
from .responses import http_response


def _client(session: aiohttp.ClientSession, url: str) -> PlexServerClient:
    return PlexServerClient(
        session, url, TOKEN, identity=IDENTITY, rate_limiters=RateLimiterRegistry(ManualClock())
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<h1>404 &#" + b"9" * 5_000 + b";</h1>",
        b"<h1 class='&#" + b"9" * 5_000 + b"'>404 Gone</h1>",
        b"<h1>404 &#&#99999999;" + b"9" * 5_000 + b"</h1>",
    ],
    ids=["text", "attribute", "one inside another"],
)
async def test_invalid_character_references_in_html_are_skipped(
    session: aiohttp.ClientSession, body: bytes
) -> None:
    """Python's HTML parser raises ValueError for them."""
    async with raw_server(http_response(body, 404)) as url:
        with pytest.raises(PlexApiError) as caught:
            await _client(session, url).get_identity()
    assert (caught.value.kind, caught.value.code) == (PlexErrorKind.CLIENT, 404)


async def test_host_with_a_null_character_is_unknown(
    loopback_connector: LoopbackConnector,
) -> None:
    """Some resolvers stop at the null character, so that it can be connected to."""
    async with aiohttp.ClientSession(connector=loopback_connector) as session:
        with pytest.raises(PlexApiError) as caught:
            await _client(session, "http://127.0.0.1\0:32400").get_identity()
    assert caught.value.kind is PlexErrorKind.NETWORK
    assert caught.value.reason is PlexErrorReason.UNKNOWN_HOST
