"""Whatever addresses plex.tv knows of a server, one of them works or a PlexApiError tells why."""

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
    PlexErrorReason,
    RateLimiterRegistry,
    Resource,
    find_connection,
)
from tests.api.canaries import TOKEN
from tests.api.conftest import IDENTITY
from tests.api.log_watch import LogWatch
from tests.clock import ManualClock

from .addresses import RESOURCES
from .answers import answers, whole
from .conformity import conforms
from .connectors import Everywhere, nowhere
from .failures import hold
from .mutation import mutated
from .profiles import fuzz
from .shapes import SERVER_ANSWERS

_ITSELF: Final = whole(orjson.dumps(SERVER_ANSWERS["identity"]))
_ANSWERS: Final = st.just(_ITSELF) | answers(mutated(SERVER_ANSWERS["identity"])).map(
    # Nobody is sent the token, nor can anybody tell it.
    lambda answer: answer.replace(TOKEN.encode(), b"-" * len(TOKEN))
)


async def _find(connector: aiohttp.BaseConnector, resource: Resource) -> FoundConnection:
    """Return the address that is found through a connector."""
    rate_limiters = RateLimiterRegistry(ManualClock())
    async with aiohttp.ClientSession(connector=connector, connector_owner=False) as session:
        return await find_connection(
            session, resource, identity=IDENTITY, rate_limiters=rate_limiters
        )


@fuzz
@given(RESOURCES, _ANSWERS)
async def test_of_any_addresses_the_one_that_answers_is_found(
    everywhere: Everywhere, log_watch: LogWatch, resource: Resource, answer: bytes
) -> None:
    """Http no further than the own network, and nothing of an address but where it leads."""
    everywhere.answer = answer
    log_watch.forget()
    try:
        found = await _find(everywhere, resource)
    except PlexApiError as err:
        hold(err)
    else:
        event(f"found: {found.kind}")
        assert conforms(found, FoundConnection)
        url = URL(found.url)
        assert url == url.origin()
        assert url.scheme == "https" or (
            found.kind is ConnectionKind.LOCAL and not resource.https_required
        )
    assert not log_watch.leaks


@fuzz
@given(RESOURCES)
async def test_any_addresses_of_which_none_leads_anywhere_fail_typed(
    socket_enabled: None, log_watch: LogWatch, resource: Resource
) -> None:
    log_watch.forget()
    async with nowhere() as connector:
        with pytest.raises(PlexApiError) as caught:
            await _find(connector, resource)
    hold(caught.value)
    if caught.value.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED:
        assert any(
            ".plex.direct" in f"{connection.uri} {connection.address}"
            for connection in resource.connections
        )
    assert not log_watch.leaks
