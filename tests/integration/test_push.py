"""Push notifications change the streams immediately and cost few requests."""

import asyncio
from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, STATE_ON
from homeassistant.core import Event, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import PUSH, STREAMS, TRANSCODES
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session import Method, Session
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import JUNIPER, LIVING_ROOM, PHONE
from tests.simulator.websocket import NoTranscode

from .conftest import Advance, RunFor
from .helpers import deliver_push, settle, state_of, state_value

READ = "/status/sessions"
NO_TRANSCODE: tuple[NoTranscode, ...] = ("missing", "null", "empty")


@pytest.fixture
async def quiet(
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    clock: HeldFreezerClock,
) -> None:
    """Wait for the poll that was due when push connected."""
    await advance(10)
    await simulator.push.wait_delivered()
    simulator.clear_requests()


pytestmark = [pytest.mark.push, pytest.mark.smoke, pytest.mark.usefixtures("quiet")]


def streams(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the streams as the entity lists them."""
    return list(state_of(hass, STREAMS).attributes["streams"])


def _report(simulator: PlexSimulator, session: Session, state: str, *, conversion: str) -> None:
    """Report a session with the key of a transcode that is not listed."""
    fields = {
        "sessionKey": session.session_key,
        "ratingKey": str(session.item.rating_key),
        "viewOffset": 0,
        "state": state,
        "transcodeSession": conversion,
    }
    container = {"type": "playing", "size": 1, "PlaySessionStateNotification": [fields]}
    simulator.push.send({"NotificationContainer": container})


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


async def test_five_streams_that_start_together_are_read_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    for film in simulator.library.of_kind(Kind.MOVIE)[:5]:
        simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    assert state_value(hass, STREAMS) == "5"
    assert simulator.count(READ) == 1


async def test_streams_that_start_during_a_read_share_the_next_one(
    hass: HomeAssistant, simulator: PlexSimulator, clock: HeldFreezerClock
) -> None:
    first, *others = simulator.library.of_kind(Kind.MOVIE)[:5]
    simulator.sessions.start(first)
    await deliver_push(hass, simulator)
    for film in others:
        simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"
    clock.advance(0.25)
    await settle(hass)
    assert state_value(hass, STREAMS) == "5"
    assert simulator.count(READ) == 2


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


async def test_transcode_that_is_never_listed_costs_few_reads(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    for seconds in (1, 1, 2, 4, 52, 60):
        for state in ("paused", "playing"):
            _report(simulator, session, state, conversion="unlisted")
            await deliver_push(hass, simulator)
            assert [stream["state"] for stream in streams(hass)] == [state]
        clock.advance(seconds)
        await settle(hass)
    reads = simulator.count(READ)
    assert reads <= 7


async def test_stream_that_is_listed_late_is_read_after_1_7_and_50_seconds(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(3)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert simulator.count(READ) == 1
    for pause, reads in ((1, 2), (6, 3)):
        clock.advance(pause - 0.1)
        await settle(hass)
        assert simulator.count(READ) == reads - 1
        clock.advance(0.1)
        await settle(hass)
        assert simulator.count(READ) == reads
        assert state_value(hass, STREAMS) == "0"
    clock.advance(43)
    await settle(hass)
    assert state_value(hass, STREAMS) == "1"
    assert simulator.count(READ) == 4


async def test_stream_that_is_never_listed_does_not_delay_another_one(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(1000)
    session = simulator.sessions.start(film)
    for _ in range(30):
        await deliver_push(hass, simulator)
        clock.advance(2)
        await settle(hass)
        simulator.sessions.tick()
    assert simulator.count(READ) == 4
    simulator.push.list_sessions_late(0)
    simulator.sessions.stop(session)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert state_value(hass, STREAMS) == "1"


async def test_failed_reads_do_not_count_for_a_stream_that_is_not_listed_yet(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, run_for: RunFor
) -> None:
    simulator.faults.add(READ, Fault.status(404), times=None)
    simulator.push.list_sessions_late(1)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await run_for(9)
    simulator.faults.clear()
    # The first read that succeeds does not list it yet.
    await run_for(12)
    simulator.sessions.tick()
    await deliver_push(hass, simulator)
    await run_for(2)
    assert state_value(hass, STREAMS) == "1"


async def test_stream_that_ends_before_it_is_listed_is_not_read_again(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    simulator.push.list_sessions_late(1000)
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    for _ in range(8):
        clock.advance(1)
        await settle(hass)
    assert simulator.count(READ) == 1


async def test_two_streams_on_one_player_are_two(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    music = simulator.sessions.start(track, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    clock.advance(1)
    simulator.sessions.pause(music)
    simulator.sessions.start(film, player=LIVING_ROOM)
    await deliver_push(hass, simulator)
    assert [(stream["title"], stream["state"]) for stream in streams(hass)] == [
        (track.title, "paused"),
        (film.title, "playing"),
    ]
    simulator.sessions.stop(music)
    await deliver_push(hass, simulator)
    assert [stream["title"] for stream in streams(hass)] == [film.title]


async def test_ends_at_does_not_change_with_another_stream(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    session = simulator.sessions.start(film)
    other = simulator.sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    assert film.duration is not None
    # It ends two seconds before a minute does.
    remaining = 600 + (58 - clock.time()) % 60
    simulator.sessions.seek(session, film.duration - round(remaining * 1000))
    await deliver_push(hass, simulator)
    ends_at = streams(hass)[0]["ends_at"]
    clock.advance(5)
    simulator.sessions.pause(other)
    await deliver_push(hass, simulator)
    assert [stream["state"] for stream in streams(hass)] == ["playing", "paused"]
    assert streams(hass)[0]["ends_at"] == ends_at
    assert streams(hass)[1]["ends_at"] is None


async def test_unusual_streams_do_not_affect_others(
    hass: HomeAssistant, simulator: PlexSimulator, film: Item, clock: HeldFreezerClock
) -> None:
    (photo, *_) = simulator.library.of_kind(Kind.PHOTO)
    sessions = simulator.sessions
    odd = [
        sessions.start_live_tv("Tide tables"),
        sessions.start_preroll(),
        sessions.start(photo),
        sessions.start(film, user=None, with_session=False),
    ]
    plain = sessions.start(film, player=PHONE)
    await deliver_push(hass, simulator)
    clock.advance(1)
    await settle(hass)
    shown = [stream["title"] for stream in streams(hass)]
    assert "Tide tables" in shown
    assert shown.count(film.title) == 2
    simulator.clear_requests()
    for session in odd:
        sessions.pause(session)
    sessions.pause(plain)
    await deliver_push(hass, simulator)
    assert {stream["state"] for stream in streams(hass)} == {"paused"}
    for session in odd:
        sessions.stop(session)
    await deliver_push(hass, simulator)
    assert [stream["title"] for stream in streams(hass)] == [film.title]
    assert state_value(hass, STREAMS) == "1"


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
