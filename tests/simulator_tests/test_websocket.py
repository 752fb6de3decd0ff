"""The websocket: access, filters, and failures."""

import asyncio
from contextlib import suppress
import json
import math

import aiohttp
from aiohttp import WSCloseCode, WSMsgType
import pytest

from tests.simulator import Kind, PlexSimulator

from .helpers import NOTIFICATIONS, OWNER, read_sessions, received

UPGRADE = (
    f"GET {NOTIFICATIONS} HTTP/1.1\r\nHost: plex\r\nX-Plex-Token: owner-token\r\n"
    "Connection: Upgrade\r\nUpgrade: websocket\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: c2ltdWxhdGVkLXdzLWtleQ==\r\n\r\n"
).encode()
LOST = {WSMsgType.CLOSED, WSMsgType.ERROR, WSMsgType.CLOSE}


async def upgrade_status(
    session: aiohttp.ClientSession, simulator: PlexSimulator, query: str = ""
) -> int:
    """Return the status of an upgrade; 101 is a websocket."""
    try:
        async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}{query}"):
            return 101
    except aiohttp.WSServerHandshakeError as err:
        return err.status


async def is_answered(websocket: aiohttp.ClientWebSocketResponse, simulator: PlexSimulator) -> bool:
    """Whether the client receives a frame."""
    simulator.push.send("are you there")
    return await websocket.receive_str() == "are you there"


@pytest.mark.parametrize(
    ("headers", "query", "status"),
    [
        ({"X-Plex-Token": "owner-token"}, "", 101),
        ({}, "?X-Plex-Token=owner-token", 101),
        ({}, "", 401),
        ({"X-Plex-Token": "some-other-token"}, "", 401),
    ],
)
async def test_websocket_token_in_header_or_query(
    simulator: PlexSimulator, headers: dict[str, str], query: str, status: int
) -> None:
    async with aiohttp.ClientSession(headers=headers) as session:
        assert await upgrade_status(session, simulator, query) == status
        if status == 401:
            async with session.get(f"{simulator.url}{NOTIFICATIONS}{query}") as response:
                assert response.content_type == "text/html"
                assert len(await response.read()) == 91


async def test_shared_user_may_connect_unless_refused(
    simulator: PlexSimulator,
) -> None:
    simulator.add_shared_token("friend-token", sections=[1])
    async with aiohttp.ClientSession(headers={"X-Plex-Token": "friend-token"}) as session:
        assert await upgrade_status(session, simulator) == 101
        simulator.push.refuses_shared = True
        assert await upgrade_status(session, simulator) == 401
    async with aiohttp.ClientSession(headers=OWNER) as session:
        assert await upgrade_status(session, simulator) == 101


async def test_singular_websocket_path_is_404(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}/:/websocket/notifications") as response:
        assert (response.status, response.content_type) == (404, "text/html")


async def test_request_without_upgrade_is_400(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{simulator.url}{NOTIFICATIONS}") as response:
        assert response.status == 400


async def test_starting_server_refuses_upgrade_with_503(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.starting(True)
    assert await upgrade_status(session, simulator) == 503
    async with session.get(f"{simulator.url}{NOTIFICATIONS}") as response:
        assert (await response.read()).startswith(b"<?xml")
    simulator.starting(False)
    assert await upgrade_status(session, simulator) == 101


@pytest.mark.parametrize(
    ("query", "types"),
    [
        ("?filters=playing,status", ["playing", "status"]),
        ("?filters=timeline", []),
        ("?filters=-playing,log", ["transcodeSession.start", "status"]),
        ("?filters=", ["transcodeSession.start", "playing", "status"]),
        ("", ["transcodeSession.start", "playing", "status"]),
    ],
)
async def test_filters_include_or_exclude_types(
    simulator: PlexSimulator, session: aiohttp.ClientSession, query: str, types: list[str]
) -> None:
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}{query}") as websocket:
        await simulator.push.connection()
        simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], method="transcode")
        simulator.begin_scan(simulator.library.sections[1])
        found = [container["type"] for container in await received(websocket, simulator)]
    assert [name for name in found if name != "activity"] == types


async def test_both_sides_send_pings(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}{NOTIFICATIONS}"
    async with session.ws_connect(url, autoping=False) as websocket:
        await websocket.ping(b"anybody")
        message = await websocket.receive()
        assert (message.type, message.data) == (WSMsgType.PONG, b"anybody")
        simulator.push.ping()
        assert (await websocket.receive()).type is WSMsgType.PING


async def test_raw_frames_are_sent_unchanged(
    simulator: PlexSimulator, websocket: aiohttp.ClientWebSocketResponse
) -> None:
    simulator.push.send('{"NotificationContainer":')
    simulator.push.send(b"\x00\x01")
    simulator.push.send({"NotificationContainer": {"type": "playing", "size": 1}})
    simulator.push.send({"viewOffset": math.nan})
    assert await websocket.receive_str() == '{"NotificationContainer":'
    assert await websocket.receive_bytes() == b"\x00\x01"
    assert await websocket.receive_json() == {
        "NotificationContainer": {"type": "playing", "size": 1}
    }
    assert await websocket.receive_str() == '{"viewOffset": NaN}'


async def test_flood_is_delivered_completely(
    simulator: PlexSimulator, websocket: aiohttp.ClientWebSocketResponse
) -> None:
    simulator.push.flood(1500)
    containers = await received(websocket, simulator)
    assert len(containers) == 1500
    assert {container["type"] for container in containers} == {"activity"}


async def test_close_has_code_and_follows_queued_frames(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}") as websocket:
        await simulator.push.connection()
        simulator.push.send("last words")
        simulator.push.close(1011)
        assert simulator.push.connected == 0
        assert await websocket.receive_str() == "last words"
        assert (await websocket.receive()).type in LOST
        assert websocket.close_code == 1011
    await simulator.push.disconnection()
    assert await upgrade_status(session, simulator) == 101


async def test_drop_resets_connection_and_reconnect_works(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
    writer.write(UPGRADE)
    assert b" 101 " in await reader.readuntil(b"\r\n\r\n")
    await simulator.push.connection()
    simulator.push.drop()
    assert simulator.push.connected == 0
    with pytest.raises(ConnectionResetError):
        await reader.read()
    writer.close()
    with suppress(ConnectionError):
        await writer.wait_closed()
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}") as websocket:
        await simulator.push.connection()
        assert await is_answered(websocket, simulator)


async def test_frozen_connection_responds_neither_to_ping_nor_to_close(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}{NOTIFICATIONS}"
    silent = await session.ws_connect(url)
    await simulator.push.connection()
    simulator.push.freeze()
    assert simulator.push.connected == 0
    leaving = asyncio.create_task(silent.close())
    async with session.ws_connect(url, autoping=False) as websocket:
        await simulator.push.connection()
        for _ in range(3):
            assert await is_answered(websocket, simulator)
            await websocket.ping()
            assert (await websocket.receive()).type is WSMsgType.PONG
        assert not leaving.done()
        simulator.push.drop()
    await leaving
    assert silent.close_code == WSCloseCode.ABNORMAL_CLOSURE
    await simulator.push.disconnection()


async def test_frozen_connection_delivers_nothing_and_ends_with_server(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}", autoping=False) as silent:
        await simulator.push.connection()
        simulator.push.send("lost on the way")
        simulator.push.freeze()
        await silent.ping()
        simulator.push.send("lost as well")
        assert await read_sessions(session, simulator) == []
        await simulator.stop()
        assert (await silent.receive()).type in LOST


@pytest.mark.parametrize("status", [401, 403, 404, 502, 503])
async def test_upgrades_are_refused_while_http_works(
    simulator: PlexSimulator, session: aiohttp.ClientSession, status: int
) -> None:
    simulator.push.refuse(status, times=2)
    assert [await upgrade_status(session, simulator) for _ in range(3)] == [status, status, 101]
    simulator.push.refuse(status)
    assert [await upgrade_status(session, simulator) for _ in range(3)] == [status] * 3
    assert await read_sessions(session, simulator) == []
    simulator.push.accept()
    assert await upgrade_status(session, simulator) == 101


async def test_stop_closes_websocket_and_restart_counts_sessions_from_1(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    url = f"{simulator.url}{NOTIFICATIONS}"
    async with session.ws_connect(url) as websocket:
        await simulator.push.connection()
        lost = simulator.sessions.start(film)
        assert json.loads(await websocket.receive_str())
        await simulator.stop()
        assert simulator.push.connected == 0
        assert (await websocket.receive()).type in LOST
        assert websocket.close_code == WSCloseCode.GOING_AWAY
    await simulator.start()
    async with session.ws_connect(url) as websocket:
        await simulator.push.connection()
        simulator.sessions.start(film)
        # The lost session must not change the one that has its key now.
        simulator.sessions.pause(lost)
        simulator.sessions.stop(lost)
        (container,) = await received(websocket, simulator)
        assert container["PlaySessionStateNotification"][0]["sessionKey"] == "1"
    assert len(simulator.sessions) == 1
