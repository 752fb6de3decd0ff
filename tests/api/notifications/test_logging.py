"""What the websocket logs."""

import logging

import pytest

from tests.clocks import HeldClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator
from tests.simulator.websocket import NOTIFICATIONS_PATH

from .helpers import RecordingListener, advance, assert_reconnects, collect_delays


@pytest.mark.usefixtures("listening")
async def test_connect_and_disconnect_are_logged_at_debug_level(
    simulator: PlexSimulator,
    listener: RecordingListener,
    clock: HeldClock,
    leak_detector: LeakDetector,
) -> None:
    """The caller decides what deserves a warning."""
    simulator.push.refuse(404, times=1)
    await assert_reconnects(simulator, listener, clock)
    simulator.push.freeze()
    await advance(clock, 5, waits=1)
    clock.advance(4)
    await assert_reconnects(simulator, listener, clock, "3")
    assert leak_detector.lines == [
        (
            f"GET {NOTIFICATIONS_PATH}: error 404 headers: "
            "Date: Mon, 21 Sep 2026 14:30:00 GMT, Content-Type: text/html"
        ),
        (
            "harbour: websocket not connected: "
            f"GET {NOTIFICATIONS_PATH}: client 404: HTTP status 404 without a message"
        ),
        "harbour: websocket connected",
        "harbour: a ping was not answered",
        "harbour: websocket closed",
        "harbour: websocket connected",
    ]
    assert set(leak_detector.levels) == {logging.DEBUG}


@pytest.mark.usefixtures("listening")
async def test_refused_upgrade_is_logged_without_secrets(
    simulator: PlexSimulator,
    listener: RecordingListener,
    clock: HeldClock,
    leak_detector: LeakDetector,
) -> None:
    """Secrets may be in the body, in a redirect location or in an exception."""
    text = f"{TOKEN} {simulator.url}/?X-Plex-Token={TOKEN}"
    for fault in (
        Fault.status(404, body=text.encode()),
        Fault.redirect(f"{simulator.url}/?X-Plex-Token={TOKEN}"),
        Fault.html(text.encode()),
        Fault.reset(),
        Fault.reset(),
    ):
        simulator.faults.add(NOTIFICATIONS_PATH, fault)
    await collect_delays(clock, 3)
    await assert_reconnects(simulator, listener, clock)
    simulator.push.send(text)
    simulator.push.drop()
    await assert_reconnects(simulator, listener, clock, "3")
    assert len(listener.failures) == 4
    written = "\n".join([*leak_detector.lines, *map(str, listener.failures)])
    assert "websocket connected" in written
    assert not any(secret in written for secret in (TOKEN, simulator.host, str(simulator.port)))
