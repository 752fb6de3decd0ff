"""What asks a server for its notifications."""

from pathlib import Path

import aiohttp
import pytest

from custom_components.plex_pulse.api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.api.canaries import TOKEN
from tests.api.conftest import IDENTITY
from tests.api.held_clock import HeldClock
from tests.simulator import PlexSimulator
from tests.simulator.certificate import self_signed_context
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .conftest import Ear, MakeNotifications, hears, listen


@pytest.mark.usefixtures("listening")
async def test_the_token_travels_in_a_header_and_the_url_names_nothing_but_the_kinds(
    simulator: PlexSimulator, ear: Ear
) -> None:
    """Those that are read, and no other: a server tells of a scan in a thousand frames."""
    await hears(simulator, ear)
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
def test_a_token_that_no_header_can_carry_is_refused(
    make_notifications: MakeNotifications, token: str
) -> None:
    """Before anything is sent."""
    with pytest.raises(PlexApiError) as caught:
        make_notifications(token=token)
    assert caught.value.kind is PlexErrorKind.AUTHENTICATION
    assert token not in str(caught.value)


@pytest.mark.usefixtures("listening")
async def test_an_upgrade_goes_over_a_fresh_connection_when_the_idle_one_has_died(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    client: PlexServerClient,
    ear: Ear,
    clock: HeldClock,
) -> None:
    """At once: a server drops what was idle for 20 s, and that is no refusal."""
    simulator.push.refuse(404, times=1)
    await clock.until(lambda: clock.asleep == 1)
    await client.get_identity()
    simulator.close_idle_connections()
    clock.advance(clock.slept[-1])
    await hears(simulator, ear)
    assert [failure.status for failure in ear.refusals] == [404]
    assert simulator.count(NOTIFICATIONS_PATH) == 2


async def test_a_certificate_is_judged_as_the_session_judges_it(
    simulator: PlexSimulator,
    make_notifications: MakeNotifications,
    ear: Ear,
    clock: HeldClock,
    tmp_path: Path,
) -> None:
    """What one session refuses, another accepts."""
    await simulator.stop()
    await simulator.start(ssl_context=self_signed_context(tmp_path, address="127.0.0.1"))
    async with listen(make_notifications()):
        await clock.until(lambda: clock.asleep == 1)
    assert [failure.reason for failure in ear.refusals] == [PlexErrorReason.BAD_CERTIFICATE]
    connector = aiohttp.TCPConnector(ssl=False)
    async with (
        aiohttp.ClientSession(connector=connector) as trusting,
        listen(make_notifications(session=trusting)),
    ):
        await hears(simulator, ear)


async def test_a_closed_session_connects_nothing(
    simulator: PlexSimulator,
    make_notifications: MakeNotifications,
    ear: Ear,
    clock: HeldClock,
) -> None:
    """It ends the connection that stands; another session is needed for the next."""
    async with aiohttp.ClientSession() as session, listen(make_notifications(session=session)):
        await hears(simulator, ear)
        await session.close()
        await ear.until(lambda: ear.connections == [True, False])
        await clock.until(lambda: clock.asleep == 1)
        clock.advance(clock.slept[-1])
        await ear.until(lambda: len(ear.refusals) == 1)
        assert ear.refusals[0].kind is PlexErrorKind.NETWORK
        assert len(simulator.requests) == 1
    async with listen(make_notifications()):
        await hears(simulator, ear)
