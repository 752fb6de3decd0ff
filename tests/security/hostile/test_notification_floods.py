"""Attack: frames of the websocket that hold Home Assistant's event loop for minutes."""

import asyncio
from collections.abc import Callable, Mapping
from itertools import batched
from typing import Final

from homeassistant.const import STATE_OFF, STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import PUSH, STREAMS
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import settle, state_value, wait_until

from .event_loop import MAX_BLOCK_SECONDS, measured_callbacks
from .server import HostileServer, container, frame, playing, session, sessions

pytestmark = [pytest.mark.push, pytest.mark.timeout(120)]

_PER_FRAME: Final = 1_000
_MAX_RECONNECT_JUMPS: Final = 20
_ITERATIONS_PER_JUMP: Final = 5_000
_MAX_TASKS: Final = 20
_LIST_NAMES: Final = {
    "playing": "PlaySessionStateNotification",
    "timeline": "TimelineEntry",
    "activity": "ActivityNotification",
    "status": "StatusNotification",
    "reachability": "ReachabilityNotification",
    "transcodeSession.update": "TranscodeSession",
}

type Make = Callable[[int], Mapping[str, object]]


def _activity(number: int, event: str, library: int) -> Mapping[str, object]:
    """Return a notification of a scan."""
    uuid = f"activity-{number}"
    context = {"librarySectionID": str(library)}
    activity = {"uuid": uuid, "type": "library.update.section", "Context": context}
    return {"event": event, "uuid": uuid, "Activity": activity}


def _item(number: int, library: int, state: int) -> Mapping[str, object]:
    """Return a notification of an item."""
    return {
        "identifier": "com.plexapp.plugins.library",
        "sectionID": library,
        "itemID": str(number),
        "type": 1,
        "state": state,
        "metadataState": "created" if state == 5 else "deleted",
    }


_FLOODS: Final[Mapping[str, tuple[str, Make]]] = {
    "unlisted streams": (
        "playing",
        lambda number: {"sessionKey": str(number), "ratingKey": str(number), "state": "playing"},
    ),
    "changes of listed streams": (
        "playing",
        lambda number: {
            "sessionKey": str(number % 100),
            "state": "paused" if number // 100 % 2 else "playing",
        },
    ),
    "stops": ("playing", lambda number: {"sessionKey": str(number), "state": "stopped"}),
    "transcodes": (
        "transcodeSession.update",
        lambda number: {"key": f"transcode-{number}", "speed": number / 10},
    ),
    "scans that start": ("activity", lambda number: _activity(number, "started", number)),
    "scans that end": ("activity", lambda number: _activity(number, "ended", number)),
    "items of one library": ("timeline", lambda number: _item(number, 1, 5)),
    "items of many libraries": ("timeline", lambda number: _item(number, number, 5)),
    "deleted items": ("timeline", lambda number: _item(number, number, 9)),
    "ends of scans": ("status", lambda _: {"notificationName": "LIBRARY_UPDATE"}),
    "remote access": ("reachability", lambda number: {"reachability": number % 2 == 0}),
    "empty objects": ("status", lambda _: {}),
}


def _frames(kind: str, make: Make, count: int) -> list[str]:
    """Return so many notifications in frames."""
    return [
        frame(kind, _LIST_NAMES[kind], [make(number) for number in numbers])
        for numbers in batched(range(count), _PER_FRAME, strict=False)
    ]


@pytest.mark.parametrize(("kind", "make"), _FLOODS.values(), ids=_FLOODS)
async def test_flood_of_notifications_does_not_block_the_event_loop(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    advance: Advance,
    kind: str,
    make: Make,
) -> None:
    server.bodies["/status/sessions"] = sessions(*(session(number) for number in range(100)))
    await advance(60)
    tasks = len(hass._background_tasks)  # noqa: SLF001 - no public way to count them
    frames = _frames(kind, make, 6_000)
    with measured_callbacks() as monitor:
        await server.send(*frames)
        assert len(hass._background_tasks) <= tasks + _MAX_TASKS  # noqa: SLF001 - as above
        await settle(hass)
        for _ in range(10):
            await advance(6)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    assert server.requests["/status/sessions"] < 60
    server.bodies["/status/sessions"] = sessions(session(7000))
    await advance(60)
    # The last jump may have ended the websocket: a read waits for its next connection.
    await _reconnect(hass, advance)
    await server.send(playing(range(7000, 7001), ratingKey="8000"))
    for _ in range(6):
        await advance(10)
        await server.send()
    assert state_value(hass, STREAMS) == "1"
    await _reconnect(hass, advance)


async def _reconnect(hass: HomeAssistant, advance: Advance) -> None:
    """Let the websocket reconnect: a jump of the time may be longer than a pong takes."""
    for _ in range(_MAX_RECONNECT_JUMPS):
        for _ in range(_ITERATIONS_PER_JUMP):
            if state_value(hass, PUSH) == STATE_ON:
                return
            await asyncio.sleep(0)
        await advance(10)
    assert state_value(hass, PUSH) == STATE_ON


async def test_frame_above_its_limit_closes_the_websocket_unread(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    advance: Advance,
) -> None:
    """38,000 notifications in 4 MiB held the event loop for 19 s."""
    data = playing(range(38_000))
    with measured_callbacks() as monitor:
        await server.send(data)
        await wait_until(lambda: state_value(hass, PUSH) == STATE_OFF)
        await settle(hass)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    await advance(10)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_ON)


async def test_frame_of_too_many_objects_is_skipped(
    hass: HomeAssistant, server: HostileServer, loaded_entry: MockConfigEntry, advance: Advance
) -> None:
    empty = (
        '{"NotificationContainer":{"type":"status","StatusNotification":['
        + ",".join(["{}"] * 80_000)
        + "]}}"
    )
    with measured_callbacks() as monitor:
        await server.send(*[empty] * 20)
        await settle(hass)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    assert state_value(hass, PUSH) == STATE_ON


async def test_activities_are_read_after_notifications_were_dropped(
    hass: HomeAssistant, server: HostileServer, loaded_entry: MockConfigEntry, advance: Advance
) -> None:
    before = server.requests["/activities"]
    server.bodies["/activities"] = container(
        Activity=[_activity(1, "", 1)["Activity"], {"uuid": "other", "type": "media.generate"}]
    )
    await server.send(*_frames("activity", lambda number: _activity(number, "started", 1), 3_000))
    await advance(6)
    assert server.requests["/activities"] == before + 1
    # The client's ping was answered: a pong that is late is a lost connection.
    await server.send()
    await advance(31)
    scanning = loaded_entry.runtime_data.libraries.activities.data
    assert len(scanning.scans) == 1
    assert len(scanning.others) == 1
