"""The upgrade request of the websocket."""

from pathlib import Path

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.api.helpers import IDENTITY
from tests.clocks import HeldClock
from tests.secrets import TOKEN
from tests.simulator import PlexSimulator
from tests.simulator.certificate import self_signed_context
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import MakeWebsocket, RecordingListener, assert_receives, listen


@pytest.mark.usefixtures("listening")
async def test_upgrade_sends_the_token_in_a_header_and_a_filter_in_the_url(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """Only the handled kinds are requested, because a scan sends a thousand frames."""
    await assert_receives(simulator, listener)
    (request,) = simulator.requests
    assert (request.method, request.path) == ("GET", NOTIFICATIONS_PATH)
    assert list(request.query) == ["filters"]
    assert sorted(request.query["filters"].split(",")) == [
        "activity",
        "playing",
        "reachability",
        "status",
        "timeline",
        "transcodeSession.end",
        "transcodeSession.start",
        "transcodeSession.update",
    ]
    assert request.headers["X-Plex-Token"] == TOKEN
    assert request.headers["X-Plex-Client-Identifier"] == IDENTITY.client_identifier
    assert request.headers["X-Plex-Product"] == IDENTITY.product


@pytest.mark.parametrize("token", ["tökén", "line\r\nbreak", "zero\x00"])
def test_token_that_is_no_valid_header_is_rejected(
    make_websocket: MakeWebsocket, token: str
) -> None:
    """Nothing is sent."""
    with pytest.raises(PlexApiError) as caught:
        make_websocket(token=token)
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert token not in str(caught.value)


@pytest.mark.usefixtures("listening")
async def test_upgrade_on_a_dead_keep_alive_connection_is_sent_again(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    client: PlexServerClient,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    """Servers close connections after 20 idle seconds, which is not a failure."""
    simulator.push.refuse(404, times=1)
    await clock.until(lambda: clock.asleep == 1)
    await client.get_identity()
    simulator.close_idle_connections()
    clock.advance(clock.slept[-1])
    await assert_receives(simulator, listener)
    assert [failure.status for failure in listener.failures] == [404]
    assert simulator.count(NOTIFICATIONS_PATH) == 2


async def test_upgrade_uses_the_tls_settings_of_the_session(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    tmp_path: Path,
) -> None:
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_context(tmp_path, address="127.0.0.1"))
    async with listen(make_websocket()):
        await clock.until(lambda: clock.asleep == 1)
    assert [failure.reason for failure in listener.failures] == [PlexErrorReason.BAD_CERTIFICATE]
    connector = aiohttp.TCPConnector(ssl=False)
    async with (
        aiohttp.ClientSession(connector=connector) as trusting,
        listen(make_websocket(session=trusting)),
    ):
        await assert_receives(simulator, listener)


async def test_closed_session_ends_the_connection_and_cannot_reconnect(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
) -> None:
    async with aiohttp.ClientSession() as session, listen(make_websocket(session=session)):
        await assert_receives(simulator, listener)
        await session.close()
        await listener.until(lambda: listener.connections == [True, False])
        await clock.until(lambda: clock.asleep == 1)
        clock.advance(clock.slept[-1])
        await listener.until(lambda: len(listener.failures) == 1)
        assert listener.failures[0].kind is PlexErrorKind.NETWORK
        assert len(simulator.requests) == 1
    async with listen(make_websocket()):
        await assert_receives(simulator, listener)
