"""Notifications of playback in Plex's fields."""

import asyncio
from contextlib import suppress
from itertools import pairwise

import aiohttp
import pytest

from tests.simulator import Item, Kind, PlexSimulator
from tests.simulator.autoplay import run
from tests.simulator.users_and_players import BEDROOM
from tests.simulator.websocket import NoTranscode

from .helpers import NOTIFICATIONS, FakeClock, Fields, entries, read_sessions, received

type Websocket = aiohttp.ClientWebSocketResponse


async def positions(websocket: Websocket, simulator: PlexSimulator) -> list[tuple[str, str, int]]:
    """Return session key, state and position of the `playing` notifications so far."""
    return [
        (entry["sessionKey"], entry["state"], entry["viewOffset"])
        for entry in entries(await received(websocket, simulator), "playing")
    ]


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return a movie."""
    return simulator.library.of_kind(Kind.MOVIE)[0]


async def test_playing_notification_has_no_user_or_title(
    simulator: PlexSimulator, websocket: Websocket, film: Item
) -> None:
    simulator.sessions.start(film, player=BEDROOM, offset=154_000)
    assert await received(websocket, simulator) == [
        {
            "type": "playing",
            "size": 1,
            "PlaySessionStateNotification": [
                {
                    "sessionKey": "1",
                    "clientIdentifier": BEDROOM.machine_identifier,
                    "guid": "",
                    "ratingKey": str(film.rating_key),
                    "url": "",
                    "key": f"/library/metadata/{film.rating_key}",
                    "viewOffset": 154_000,
                    "playQueueItemID": 100,
                    "playQueueID": 1,
                    "state": "playing",
                }
            ],
        }
    ]


async def test_state_changes_are_notified_from_start_to_stop(
    simulator: PlexSimulator, websocket: Websocket, clock: FakeClock, film: Item
) -> None:
    sessions = simulator.sessions
    session = sessions.start(film)
    clock.now += 30
    sessions.pause(session)
    sessions.resume(session)
    sessions.buffer(session)
    sessions.seek(session, 600_000)
    sessions.stop(session)
    sessions.resume(session)
    assert await positions(websocket, simulator) == [
        ("1", "playing", 0),
        ("1", "paused", 30_000),
        ("1", "playing", 30_000),
        ("1", "buffering", 30_000),
        ("1", "buffering", 600_000),
        ("1", "stopped", 600_000),
    ]


async def test_item_that_reaches_its_end_is_stopped_once(
    simulator: PlexSimulator, websocket: Websocket, clock: FakeClock, film: Item
) -> None:
    assert film.duration is not None
    simulator.sessions.start(film)
    clock.now += film.duration
    simulator.advance()
    simulator.advance()
    assert (await positions(websocket, simulator))[1:] == [("1", "stopped", film.duration)]


async def test_tick_notifies_every_position(
    simulator: PlexSimulator, websocket: Websocket, clock: FakeClock, film: Item
) -> None:
    simulator.sessions.start(film)
    simulator.sessions.start(simulator.library.of_kind(Kind.TRACK)[0], state="paused")
    simulator.sessions.start(film, method="transcode")
    await received(websocket, simulator)
    clock.now += 10
    simulator.sessions.tick()
    containers = await received(websocket, simulator)
    assert [entry["viewOffset"] for entry in entries(containers, "playing")] == [10_000, 0, 10_000]
    assert len(entries(containers, "transcodeSession.update")) == 1


async def test_next_item_keeps_session_key_and_advances_play_queue(
    simulator: PlexSimulator, websocket: Websocket, film: Item
) -> None:
    after = simulator.library.of_kind(Kind.MOVIE)[1]
    session = simulator.sessions.start(film, offset=1_000)
    simulator.sessions.next_item(session, after)
    first, second = entries(await received(websocket, simulator), "playing")
    assert first["sessionKey"] == second["sessionKey"]
    assert (second["ratingKey"], second["viewOffset"]) == (str(after.rating_key), 0)
    assert second["playQueueItemID"] == first["playQueueItemID"] + 1
    assert simulator.sessions.history[-1].item is film


@pytest.mark.parametrize(
    ("way", "fields"),
    [("missing", {}), ("null", {"transcodeSession": None}), ("empty", {"transcodeSession": ""})],
)
async def test_direct_play_has_no_null_or_empty_transcode_session(
    simulator: PlexSimulator, websocket: Websocket, film: Item, way: NoTranscode, fields: Fields
) -> None:
    simulator.push.no_transcode = way
    simulator.sessions.start(film)
    (entry,) = entries(await received(websocket, simulator), "playing")
    assert {key: value for key, value in entry.items() if key == "transcodeSession"} == fields


async def test_transcode_session_is_notified_and_referenced_by_id(
    simulator: PlexSimulator, websocket: Websocket, clock: FakeClock, film: Item
) -> None:
    session = simulator.sessions.start(film)
    simulator.sessions.change_method(session, "transcode", hardware=True, bandwidth=4_000)
    clock.now += 5
    simulator.sessions.change_method(session, "transcode", throttled=True)
    simulator.sessions.change_method(session, "direct_play")
    simulator.sessions.change_method(session, "direct_stream")
    simulator.sessions.stop(session)
    containers = await received(websocket, simulator)
    assert " ".join(container["type"].partition(".")[2] or "-" for container in containers) == (
        "- start - update - end - start - - end"
    )
    started, copied = entries(containers, "transcodeSession.start")
    assert (started["videoDecision"], started["speed"]) == ("transcode", 0)
    assert "transcodeHwEncoding" not in started
    assert copied["videoDecision"] == "copy"
    (updated,) = entries(containers, "transcodeSession.update")
    assert (updated["throttled"], updated["speed"]) == (True, 0)
    assert "maxOffsetAvailable" in updated
    ended = entries(containers, "transcodeSession.end")[0]
    assert not {"minOffsetAvailable", "maxOffsetAvailable"} & set(ended)
    transcode_id = started["key"].rpartition("/")[2]
    assert [entry.get("transcodeSession") for entry in entries(containers, "playing")] == [
        None,
        transcode_id,
        transcode_id,
        None,
        transcode_id,
        transcode_id,
    ]


async def test_late_session_is_notified_before_it_is_listed(
    simulator: PlexSimulator, session: aiohttp.ClientSession, websocket: Websocket, film: Item
) -> None:
    simulator.sessions.start(film)
    simulator.push.list_sessions_late(2)
    simulator.sessions.start(film)
    assert [place[0] for place in await positions(websocket, simulator)] == ["1", "2"]
    reads = [
        [item["sessionKey"] for item in await read_sessions(session, simulator)] for _ in range(3)
    ]
    assert reads == [["1"], ["1"], ["1", "2"]]
    simulator.push.list_sessions_late(0)
    simulator.sessions.start(film)
    assert len(await read_sessions(session, simulator)) == 3


async def test_changes_by_control_are_notified(
    simulator: PlexSimulator, session: aiohttp.ClientSession, websocket: Websocket, film: Item
) -> None:
    simulator.sessions.start(film)
    for command in ("pause", "resume", "stop"):
        async with session.post(f"{simulator.url}/simulator/sessions/1/{command}"):
            pass
    assert [state for _, state, _ in await positions(websocket, simulator)] == [
        "playing",
        "paused",
        "playing",
        "stopped",
    ]


async def test_autoplay_publishes_positions_every_ten_seconds(
    evening: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    rounds = 60
    slept: list[float] = []
    rested = asyncio.Event()

    async def sleep(seconds: float) -> None:
        if len(slept) == rounds * 10:
            rested.set()
            await asyncio.Event().wait()
        slept.append(seconds)
        clock.now += seconds

    url = f"{evening.url}{NOTIFICATIONS}"
    async with session.ws_connect(url) as websocket, session.ws_connect(url, autoping=False) as raw:
        await evening.push.connection(2)
        living = asyncio.create_task(run(evening, sleep))
        await rested.wait()
        living.cancel()
        with suppress(asyncio.CancelledError):
            await living
        containers = await received(websocket, evening)
        pings = 0
        for _ in range(len(containers) + rounds):
            pings += (await raw.receive()).type is aiohttp.WSMsgType.PING
    playbacks = entries(containers, "playing")
    assert pings == rounds
    assert set(slept) == {1.0}
    sofa = [entry["viewOffset"] for entry in playbacks if entry["sessionKey"] == "1"]
    assert len(sofa) == rounds
    assert {after - before for before, after in pairwise(sofa)} == {10_000}
    assert {entry["state"] for entry in playbacks} == {"playing", "paused", "stopped"}
    assert {entry["sessionKey"] for entry in playbacks} > {"1", "2", "3", "4", "5", "6"}
