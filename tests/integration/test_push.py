"""Push notifications change the streams immediately and cost few requests."""

import asyncio
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_ON
from homeassistant.core import Event, HomeAssistant, callback
import pytest

from tests.clocks import HeldFreezerClock
from tests.entity_ids import PUSH, STREAMS, TRANSCODES
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session import Method
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import JUNIPER, PHONE
from tests.simulator.websocket import NoTranscode

from .conftest import Advance
from .helpers import deliver_push, settle, state_value, streams

READ = "/status/sessions"
NO_TRANSCODE: tuple[NoTranscode, ...] = ("missing", "null", "empty")

pytestmark = [pytest.mark.push, pytest.mark.smoke, pytest.mark.usefixtures("quiet")]


async def test_push_is_shown_and_lengthens_the_poll_interval(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    assert state_value(hass, PUSH) == STATE_ON
    # The sessions were read when push connected, twelve seconds ago.
    for _ in range(10):
        await advance(58)
        await simulator.push.wait_delivered()
    assert not simulator.count(READ)
    await advance(20)
    assert simulator.count(READ) == 1


async def test_stream_that_starts_is_read_once(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item
) -> None:
    simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"
    assert state_value(hass, TRANSCODES) == "1"
    assert simulator.count(READ) == 1


async def test_changes_of_a_known_stream_cost_no_request(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.clear_requests()
    for change, state in (
        (sessions.pause, "paused"),
        (sessions.resume, "playing"),
        (sessions.buffer, "buffering"),
        (sessions.resume, "playing"),
    ):
        change(session)
        await deliver_push(hass, simulator)
        assert [stream["state"] for stream in streams(hass)] == [state]
    sessions.seek(session, 44 * 60_000)
    await deliver_push(hass, simulator)
    assert streams(hass)[0]["position"] == 44 * 60
    sessions.stop(session)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "0"
    clock.advance(60)
    await settle(hass)
    assert not simulator.requests


async def test_steady_playback_costs_no_request_and_writes_no_state(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.sessions.start(film, method="transcode", user=JUNIPER, player=PHONE)
    simulator.sessions.start_live_tv()
    await deliver_push(hass, simulator)
    # Which codec is used is known with the first report.
    clock.advance(10)
    simulator.sessions.tick()
    await deliver_push(hass, simulator)
    simulator.clear_requests()
    written: list[str] = []

    @callback
    def record_entity(event: Event[Any]) -> None:
        written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, record_entity)
    for _ in range(6):
        clock.advance(10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert not simulator.requests
    assert not written


async def test_next_item_of_a_stream_is_read(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    first, second, *_ = simulator.library.of_kind(Kind.EPISODE)
    session = simulator.sessions.start(first)
    await deliver_push(hass, simulator)
    clock.advance(1)
    simulator.sessions.next_item(session, second)
    await deliver_push(hass, simulator)
    assert [stream["title"] for stream in streams(hass)] == ["Chapter 2"]
    assert simulator.count(READ) == 2


@pytest.mark.parametrize("no_transcode", NO_TRANSCODE)
async def test_start_change_and_end_of_a_transcode_are_shown(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    film: Item,
    clock: HeldFreezerClock,
    no_transcode: NoTranscode,
) -> None:
    simulator.push.no_transcode = no_transcode
    sessions = simulator.sessions
    session = sessions.start(film)
    await deliver_push(hass, simulator)
    assert streams(hass)[0]["method"] == "direct_play"
    steps: tuple[tuple[Method, bool, bool | None, int], ...] = (
        # A transcoder that has just started has not reported its hardware.
        ("transcode", False, None, 1),
        # The notification has all of the change.
        ("transcode", True, True, 0),
        ("direct_play", False, False, 1),
    )
    for method, hardware, shown_hardware, reads in steps:
        # Plex knows the hardware of a transcoder that has run for some seconds.
        clock.advance(4)
        await settle(hass)
        simulator.clear_requests()
        sessions.change_method(session, method, hardware=hardware)
        await deliver_push(hass, simulator)
        stream = streams(hass)[0]
        assert (stream["method"], stream["hardware"]) == (method, shown_hardware)
        assert simulator.count(READ) == reads


async def test_notifications_during_a_read_override_its_response(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    asleep = clock.asleep
    # The response was made before the notifications, and arrives slowly.
    simulator.faults.add(READ, Fault.slow_drip(interval=0.001))
    stopped = simulator.sessions.start(film, player=PHONE)
    await simulator.push.wait_delivered()
    await clock.until(lambda: clock.asleep > asleep and simulator.count(READ) == 2)
    simulator.sessions.pause(session)
    simulator.sessions.stop(stopped)
    await simulator.push.wait_delivered()
    while clock.asleep > asleep:
        clock.advance(0.001)
        await asyncio.sleep(0)
    await settle(hass)
    assert [(stream["title"], stream["state"]) for stream in streams(hass)] == [
        (film.title, "paused")
    ]


async def test_stopped_stream_that_is_still_listed_is_not_shown(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    listed = {"MediaContainer": {"Metadata": [session_tree(session, clock.time())]}}
    simulator.faults.add(READ, Fault.wrong_json(listed))
    simulator.sessions.stop(session)
    simulator.sessions.start_live_tv()
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "0"
    clock.advance(1)
    await settle(hass)
    assert state_value(hass, STREAMS) == "1"


async def test_invalid_frames_are_skipped(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item
) -> None:
    for frame in ("{", b"\x00\xff", "[]", '{"NotificationContainer": {"type": "tide"}}'):
        simulator.push.send(frame)
    simulator.push.flood(2000)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"
    assert state_value(hass, PUSH) == STATE_ON
