"""A server, or something before it, that lets no websocket come about."""

import pytest

from custom_components.plex_pulse.api import (
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.api.held_clock import HeldClock
from tests.api.raw_server import raw_server
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .conftest import Ear, MakeNotifications, hears_again, listen


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
async def test_a_refused_upgrade_is_told_and_tried_again(
    simulator: PlexSimulator,
    client: PlexServerClient,
    ear: Ear,
    clock: HeldClock,
    status: int,
    kind: PlexErrorKind,
) -> None:
    """HTTP goes on meanwhile, as if nothing had been said."""
    simulator.push.refuse(status, times=1)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = ear.refusals
    assert (failure.kind, failure.status, failure.retry_after) == (kind, status, None)
    assert failure.endpoint == f"GET {NOTIFICATIONS_PATH}"
    assert failure.__context__ is None
    await client.get_sessions()
    assert simulator.count(NOTIFICATIONS_PATH) == 1
    await hears_again(simulator, ear, clock)
    assert simulator.count(NOTIFICATIONS_PATH) == 2
    assert ear.connections == [True]


@pytest.mark.usefixtures("listening")
async def test_a_starting_server_is_asked_until_it_has_started(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """It answers everybody with maintenance."""
    simulator.starting(True)
    await clock.until(lambda: clock.asleep == 1)
    clock.advance(clock.slept[-1])
    await clock.until(lambda: clock.asleep == 1)
    assert [failure.kind for failure in ear.refusals] == [PlexErrorKind.SERVER] * 2
    simulator.starting(False)
    await hears_again(simulator, ear, clock)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed_to_a_stranger(
    simulator: PlexSimulator,
    make_notifications: MakeNotifications,
    ear: Ear,
    clock: HeldClock,
    status: int,
) -> None:
    """It would carry the token there."""
    async with PlexSimulator(clock=clock.time) as stranger:
        location = f"{stranger.url}{NOTIFICATIONS_PATH}"
        simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect(location, status))
        async with listen(make_notifications()):
            await clock.until(lambda: clock.asleep == 1)
            (failure,) = ear.refusals
            assert (failure.kind, failure.status) == (PlexErrorKind.CLIENT, status)
            assert failure.reason is PlexErrorReason.REDIRECT
            await hears_again(simulator, ear, clock)
        assert not stranger.requests


@pytest.mark.usefixtures("listening")
async def test_a_redirect_within_the_host_is_not_followed_either(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """A proxy's login page is no websocket."""
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect("/web/index.html"))
    await clock.until(lambda: clock.asleep == 1)
    assert [failure.kind for failure in ear.refusals] == [PlexErrorKind.CLIENT]
    assert len(simulator.requests) == 1
    await hears_again(simulator, ear, clock)


@pytest.mark.usefixtures("listening")
async def test_a_redirect_to_https_says_so(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """Somebody can do something about it."""
    location = f"https://{simulator.host}:{simulator.port}{NOTIFICATIONS_PATH}"
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.redirect(location, 301))
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = ear.refusals
    assert failure.reason is PlexErrorReason.SECURE_CONNECTION_REQUIRED
    await hears_again(simulator, ear, clock)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize(
    "fault", [Fault.html(), Fault.wrong_json({"MediaContainer": {"size": 0}})], ids=["HTML", "JSON"]
)
async def test_a_success_that_is_no_websocket_is_a_protocol_error(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, fault: Fault
) -> None:
    """A captive portal is glad about anything."""
    simulator.faults.add(NOTIFICATIONS_PATH, fault)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = ear.refusals
    assert (failure.kind, failure.status) == (PlexErrorKind.PROTOCOL, 200)
    await hears_again(simulator, ear, clock)


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
        (b"I do not speak this\r\n\r\n", PlexErrorKind.PROTOCOL),
        (b"HTTP/1.1 101 Switching", PlexErrorKind.NETWORK),
        (b"", PlexErrorKind.NETWORK),
    ],
    ids=["wrong key", "no upgrade", "not HTTP", "cut", "nothing"],
)
async def test_an_answer_that_speaks_something_else_is_told_and_tried_again(
    simulator: PlexSimulator,
    make_notifications: MakeNotifications,
    ear: Ear,
    clock: HeldClock,
    answer: bytes,
    kind: PlexErrorKind,
) -> None:
    """The server itself answers when it is its turn."""
    await simulator.stop()
    async with listen(make_notifications()):
        async with raw_server(answer, simulator.port):
            await clock.until(lambda: clock.asleep == 1)
            assert [failure.kind for failure in ear.refusals] == [PlexErrorKind.NETWORK]
            clock.advance(clock.slept[-1])
            await clock.until(lambda: clock.asleep == 1)
            assert ear.refusals[-1].kind is kind
        await simulator.start()
        await hears_again(simulator, ear, clock)


@pytest.mark.usefixtures("listening")
async def test_an_upgrade_without_an_answer_is_given_up(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock
) -> None:
    """After ten seconds."""
    simulator.faults.add(NOTIFICATIONS_PATH, Fault.hang())
    await simulator.fault_reached()
    clock.advance(9.9)
    assert clock.asleep == 0
    clock.advance(0.1)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = ear.refusals
    assert (failure.kind, failure.reason) == (PlexErrorKind.NETWORK, PlexErrorReason.TIMEOUT)
    await simulator.faults.wait_released()
    await hears_again(simulator, ear, clock)


@pytest.mark.usefixtures("listening")
@pytest.mark.parametrize("fault", [Fault.reset(), Fault.disconnect()], ids=["reset", "hung up"])
async def test_an_upgrade_whose_connection_breaks_is_a_network_error(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, fault: Fault
) -> None:
    """Twice: an upgrade is repeated once at no cost, as the connection may have been old."""
    simulator.faults.add(NOTIFICATIONS_PATH, fault, times=2)
    await clock.until(lambda: clock.asleep == 1)
    (failure,) = ear.refusals
    assert (failure.kind, failure.status) == (PlexErrorKind.NETWORK, None)
    assert failure.__context__ is None
    assert simulator.count(NOTIFICATIONS_PATH) == 2
    await hears_again(simulator, ear, clock)
