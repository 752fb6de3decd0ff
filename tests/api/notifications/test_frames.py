"""Invalid, large and numerous frames."""

import pytest

from custom_components.plex_pulse.api import ActivityNotification, PlexWebsocket
from custom_components.plex_pulse.api.http.limits import MAX_FRAME_BYTES
from tests.clocks import HeldClock
from tests.simulator import PlexSimulator

from .helpers import RecordingListener, assert_receives, assert_reconnects

pytestmark = pytest.mark.usefixtures("listening")


@pytest.mark.parametrize(
    "frame",
    [
        "",
        "good evening",
        '{"NotificationContainer":',
        "[" * 2000,
        (
            '{"NotificationContainer":{"type":"playing","PlaySessionStateNotification":'
            '[{"sessionKey":"9","state":"playing","viewOffset":NaN}]}}'
        ),
        "null",
        "29",
        '["NotificationContainer"]',
        "{}",
        '{"MediaContainer":{"size":0}}',
        '{"NotificationContainer":null}',
        '{"NotificationContainer":[]}',
        '{"NotificationContainer":{}}',
        '{"NotificationContainer":{"type":"playing","size":0}}',
        '{"NotificationContainer":{"type":"playing","size":1,"PlaySessionStateNotification":7}}',
        '{"NotificationContainer":{"type":null,"size":1}}',
        '{"NotificationContainer":{"type":["playing"],"size":1}}',
        (
            '{"NotificationContainer":{"type":"backgroundProcessingQueue","size":1,'
            '"BackgroundProcessingQueueEventNotification":[{"queueID":1,"event":"queueRegenerated"}]}}'
        ),
        (
            '{"NotificationContainer":{"type":"transcodeSession.paused","size":1,'
            '"TranscodeSession":[{"key":"/transcode/sessions/z1a2"}]}}'
        ),
        b"",
        b"\x00\xff\x00\xff",
    ],
    ids=[
        "nothing",
        "words",
        "cut",
        "deep",
        "NaN",
        "null",
        "number",
        "list",
        "object",
        "other container",
        "null container",
        "list of no container",
        "empty container",
        "no entries",
        "number of entries",
        "null type",
        "list of types",
        "unknown type",
        "unknown event",
        "binary nothing",
        "binary",
    ],
)
async def test_invalid_frame_is_skipped_and_counted(
    simulator: PlexSimulator,
    listener: RecordingListener,
    websocket: PlexWebsocket,
    frame: str | bytes,
) -> None:
    """The connection stays open."""
    await simulator.push.connection()
    simulator.push.send(frame)
    await assert_receives(simulator, listener)
    assert websocket.skipped == 1
    assert len(listener.notifications) == 1
    assert listener.connections == [True]


async def test_many_notifications_are_received_in_order(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """A scan sends more than a thousand frames."""
    await simulator.push.connection()
    simulator.push.flood(1500)
    await simulator.push.wait_delivered()
    notification = [
        item.subtitle for item in listener.notifications if isinstance(item, ActivityNotification)
    ]
    assert notification == [f"Episode {number}" for number in range(1, 1501)]
    await assert_receives(simulator, listener)


async def test_frame_below_256_kib_is_read(
    simulator: PlexSimulator, listener: RecordingListener, websocket: PlexWebsocket
) -> None:
    await simulator.push.connection()
    simulator.push.send("x" * (MAX_FRAME_BYTES - 1))
    await assert_receives(simulator, listener)
    assert websocket.skipped == 1
    assert listener.connections == [True]


async def test_frame_above_256_kib_closes_the_connection_and_reconnects(
    simulator: PlexSimulator,
    listener: RecordingListener,
    websocket: PlexWebsocket,
    clock: HeldClock,
) -> None:
    """It is counted as skipped."""
    await assert_receives(simulator, listener)
    simulator.push.send("x" * (MAX_FRAME_BYTES + 1))
    await assert_reconnects(simulator, listener, clock)
    assert websocket.skipped == 1
    assert listener.connections == [True, False, True]
    assert not listener.failures


async def test_invalid_utf8_text_frame_closes_the_connection(
    simulator: PlexSimulator,
    listener: RecordingListener,
    websocket: PlexWebsocket,
    clock: HeldClock,
) -> None:
    """RFC 6455 requires it."""
    await assert_receives(simulator, listener)
    simulator.push.send_text(b'{"NotificationContainer":"\xff\xfe"}')
    await assert_reconnects(simulator, listener, clock)
    assert websocket.skipped == 1
    assert listener.connections == [True, False, True]
