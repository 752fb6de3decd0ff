"""Fuzz the addresses of a server: one of them works, or PlexApiError is raised."""

from typing import Final

import aiohttp
from hypothesis import event, given, strategies as st
import orjson
import pytest
from yarl import URL

from custom_components.plex_pulse.api import (
    ConnectionKind,
    FoundConnection,
    PlexApiError,
    RateLimiterRegistry,
    Resource,
    find_connection,
)
from tests.api.helpers import IDENTITY
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN

from .addresses import RESOURCES
from .connectors import LoopbackConnector, unresolvable_connector
from .error_contract import assert_contract
from .mutation import mutated
from .payload_templates import SERVER_PAYLOADS
from .profiles import fuzz
from .responses import http_response, responses
from .type_conformance import conforms

_VALID_RESPONSE: Final = http_response(orjson.dumps(SERVER_PAYLOADS["identity"]))
_ANSWERS: Final = st.just(_VALID_RESPONSE) | responses(mutated(SERVER_PAYLOADS["identity"])).map(
    # Probes send no token, so no response can contain it.
    lambda answer: answer.replace(TOKEN.encode(), b"-" * len(TOKEN))
)


async def _find(connector: aiohttp.BaseConnector, resource: Resource) -> FoundConnection:
    """Return the address that the search finds with this connector."""
    rate_limiters = RateLimiterRegistry(ManualClock())
    async with aiohttp.ClientSession(connector=connector, connector_owner=False) as session:
        return await find_connection(
            session,
            resource,
            identity=IDENTITY,
            rate_limiters=rate_limiters,
            allow_plain=True,
        )


@fuzz
@given(RESOURCES, _ANSWERS)
async def test_of_any_addresses_a_reachable_one_is_found(
    loopback_connector: LoopbackConnector,
    leak_detector: LeakDetector,
    resource: Resource,
    answer: bytes,
) -> None:
    """Plain http is used in the local network only; only the target of an address counts."""
    loopback_connector.answer = answer
    leak_detector.forget()
    try:
        found = await _find(loopback_connector, resource)
    except PlexApiError as err:
        assert_contract(err)
    else:
        event(f"found: {found.kind}")
        assert conforms(found, FoundConnection)
        url = URL(found.url)
        assert url == url.origin()
        assert url.scheme == "https" or (
            found.kind is ConnectionKind.LOCAL and not resource.https_required
        )
    assert not leak_detector.leaks


@fuzz
@given(RESOURCES)
async def test_any_unreachable_addresses_raise_plex_api_error(
    socket_enabled: None, leak_detector: LeakDetector, resource: Resource
) -> None:
    leak_detector.forget()
    async with unresolvable_connector() as connector:
        with pytest.raises(PlexApiError) as caught:
            await _find(connector, resource)
    assert_contract(caught.value)
    assert not leak_detector.leaks
