"""What listening writes down."""

import logging

import pytest

from tests.api.canaries import TOKEN
from tests.api.held_clock import HeldClock
from tests.api.log_watch import LogWatch
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .conftest import Ear, hears_again, passes, pauses


@pytest.mark.usefixtures("listening")
async def test_a_connection_and_its_end_are_lines(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, log_watch: LogWatch
) -> None:
    """At debug level: whoever uses the client knows what deserves a warning."""
    simulator.push.refuse(404, times=1)
    await hears_again(simulator, ear, clock)
    simulator.push.silence()
    await passes(clock, 15, waits=1)
    clock.advance(15)
    await hears_again(simulator, ear, clock, "3")
    assert log_watch.lines == [
        (
            "harbour: no notifications: "
            f"GET {NOTIFICATIONS_PATH}: client 404: HTTP status 404 without a message"
        ),
        "harbour: notifications are connected",
        "harbour: notifications have gone silent",
        "harbour: notifications have ended",
        "harbour: notifications are connected",
    ]
    assert set(log_watch.levels) == {logging.DEBUG}


@pytest.mark.usefixtures("listening")
async def test_a_refusal_full_of_secrets_leaves_none_in_the_log(
    simulator: PlexSimulator, ear: Ear, clock: HeldClock, log_watch: LogWatch
) -> None:
    """Neither from a page, nor from where it would lead, nor from what breaks."""
    text = f"{TOKEN} {simulator.url}/?X-Plex-Token={TOKEN}"
    for fault in (
        Fault.status(404, body=text.encode()),
        Fault.redirect(f"{simulator.url}/?X-Plex-Token={TOKEN}"),
        Fault.html(text.encode()),
        Fault.reset(),
        Fault.reset(),
    ):
        simulator.faults.add(NOTIFICATIONS_PATH, fault)
    await pauses(clock, 3)
    await hears_again(simulator, ear, clock)
    simulator.push.send(text)
    simulator.push.drop()
    await hears_again(simulator, ear, clock, "3")
    assert len(ear.refusals) == 4
    written = "\n".join([*log_watch.lines, *map(str, ear.refusals)])
    assert "notifications are connected" in written
    assert not any(secret in written for secret in (TOKEN, simulator.host, str(simulator.port)))
