"""A server or proxy that refuses the websocket upgrade."""

import pytest

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.api.raw_server import raw_server
from tests.clocks import HeldClock
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import MakeWebsocket, RecordingListener, assert_reconnects, listen


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, PlexErrorKind.CLIENT),
        (401, PlexErrorKind.AUTHENTICATION),
        (403, PlexErrorKind.AUTHENTICATION),
        (404, PlexErrorKind.CLIENT),
        (500, PlexErrorKind.SERVER),
        (502, PlexErrorKind.SERVER),
        (503, PlexErrorKind.SERVER),
    ],
)
async def test_refused_upgrade_is_reported_and_retried(
    simulator: PlexSimulator,
    client: PlexServerClient,
    listener: RecordingListener,
    clock: HeldClock,
    status: int,
    kind: PlexErrorKind,
) -> None:
    """Other requests go on meanwhile."""
    simulator.push.refuse(status, times=1)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = listener.failures
    assert (failure.kind, failure.status, failure.retry_after) == (kind, status, None)
    assert failure.endpoint == f"GET {NOTIFICATIONS_PATH}"
    assert failure.__context__ is None
    await client.get_sessions()
    assert simulator.count(NOTIFICATIONS_PATH) == 1
    await assert_reconnects(simulator, listener, clock)
    assert simulator.count(NOTIFICATIONS_PATH) == 2
    assert listener.connections == [True]


@pytest.mark.usefixtures("listening")
async def test_upgrade_is_retried_until_the_server_has_started(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    simulator.starting(True)
    await clock.until(lambda: clock.asleep == 1)
    clock.advance(clock.slept[-1])
    await clock.until(lambda: clock.asleep == 1)
    assert [failure.kind for failure in listener.failures] == [PlexErrorKind.SERVER] * 2
    simulator.starting(False)
    await assert_reconnects(simulator, listener, clock)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_upgrade_redirect_to_another_host_is_not_followed(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    status: int,
) -> None:
    """The token would be sent there."""
    async with PlexSimulator(clock=clock.time) as other_server:
        location = f"{other_server.url}{NOTIFICATIONS_PATH}"
        simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect(location, status))
        async with listen(make_websocket()):
            await clock.until(lambda: clock.asleep == 1)
            (failure,) = listener.failures
            assert (failure.kind, failure.status) == (PlexErrorKind.CLIENT, status)
            assert failure.reason is PlexErrorReason.REDIRECT
            await assert_reconnects(simulator, listener, clock)
        assert not other_server.requests


@pytest.mark.usefixtures("listening")
async def test_upgrade_redirect_within_the_host_is_not_followed(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """The login page of a proxy is not a websocket."""
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect("/web/index.html"))
    await clock.until(lambda: clock.asleep == 1)
    assert [failure.kind for failure in listener.failures] == [PlexErrorKind.CLIENT]
    assert len(simulator.requests) == 1
    await assert_reconnects(simulator, listener, clock)


@pytest.mark.usefixtures("listening")
async def test_upgrade_redirect_to_https_has_its_own_reason(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    """The user can fix it."""
    location = f"https://{simulator.host}:{simulator.port}{NOTIFICATIONS_PATH}"
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect(location, 301))
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = listener.failures
    assert failure.reason is PlexErrorReason.SECURE_CONNECTION_REQUIRED
    await assert_reconnects(simulator, listener, clock)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(
    "fault", [Fault.html(), Fault.wrong_json({"MediaContainer": {"size": 0}})], ids=["HTML", "JSON"]
)
async def test_upgrade_answered_with_200_is_a_protocol_error(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock, fault: Fault
) -> None:
    """A captive portal answers everything with 200."""
    simulator.faults.add(NOTIFICATIONS_PATH, fault)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = listener.failures
    assert (failure.kind, failure.status) == (PlexErrorKind.PROTOCOL, 200)
    await assert_reconnects(simulator, listener, clock)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (
            (
                b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                b"Sec-WebSocket-Accept: c29tZWJvZHkgZWxzZQ==\r\n\r\n"
            ),
            PlexErrorKind.PROTOCOL,
        ),
        (b"HTTP/1.1 101 Switching Protocols\r\n\r\n", PlexErrorKind.PROTOCOL),
        (b"This is not HTTP\r\n\r\n", PlexErrorKind.PROTOCOL),
        (b"HTTP/1.1 101 Switching", PlexErrorKind.NETWORK),
        (b"", PlexErrorKind.NETWORK),
    ],
    ids=["wrong key", "no upgrade", "not HTTP", "cut", "nothing"],
)
async def test_upgrade_answered_with_another_protocol_is_retried(
    simulator: PlexSimulator,
    make_websocket: MakeWebsocket,
    listener: RecordingListener,
    clock: HeldClock,
    answer: bytes,
    kind: PlexErrorKind,
) -> None:
    await simulator.stop()
    async with listen(make_websocket()):
        async with raw_server(answer, simulator.port):
            await clock.until(lambda: clock.asleep == 1)
            assert [failure.kind for failure in listener.failures] == [PlexErrorKind.NETWORK]
            clock.advance(clock.slept[-1])
            await clock.until(lambda: clock.asleep == 1)
            assert listener.failures[-1].kind is kind
        await simulator.start()
        await assert_reconnects(simulator, listener, clock)


@pytest.mark.usefixtures("listening")
async def test_upgrade_times_out_after_ten_seconds(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock
) -> None:
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang())
    await simulator.fault_reached()
    clock.advance(9.9)
    assert clock.asleep == 0
    clock.advance(0.1)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = listener.failures
    assert (failure.kind, failure.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.TIMEOUT)
    await simulator.faults.wait_released()
    await assert_reconnects(simulator, listener, clock)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("fault", [Fault.reset(), Fault.disconnect()], ids=["reset", "disconnect"])
async def test_upgrade_with_a_broken_connection_is_a_network_error(
    simulator: PlexSimulator, listener: RecordingListener, clock: HeldClock, fault: Fault
) -> None:
    """It breaks twice, because an upgrade is sent again once in case the connection was old."""
    simulator.faults.add(NOTIFICATIONS_PATH, fault, times=2)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = listener.failures
    assert (failure.kind, failure.status) == (PlexErrorKind.NETWORK, None)
    assert failure.__context__ is None
    assert simulator.count(NOTIFICATIONS_PATH) == 2
    await assert_reconnects(simulator, listener, clock)
