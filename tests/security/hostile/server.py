"""A Media Server that sends exactly the bodies and frames of a test."""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from threading import Thread
from typing import Final, Self

from aiohttp import WSMsgType, web
import orjson

IDENTIFIER: Final = "9a8b7c6d5e4f30211203f4e5d6c7b8a99a8b7c6d"
NAME: Final = "Harbour"
_WEBSOCKET: Final = "/:/websockets/notifications"
_ACCEPT_TURNS: Final = 5
"""Iterations of the event loop in which an accepted connection is established."""


def container(**fields: object) -> bytes:
    """Return a response with these fields."""
    return orjson.dumps({"MediaContainer": {"size": 1, **fields}})


def libraries(count: int, title: str = "Films", **fields: object) -> bytes:
    """Return `/media/providers` with so many libraries of movies."""
    directories = [
        {
            "id": str(number + 1),
            "key": f"/library/sections/{number + 1}",
            "type": "movie",
            "title": f"{title} {number + 1}",
            "agent": "tv.plex.agents.movie",
            "uuid": f"bbbbbbbb-1111-4222-8333-{number + 1:012}",
            "storageTotal": 1000,
            "durationTotal": 1000,
        }
        for number in range(count)
    ]
    return container(
        **{
            "machineIdentifier": IDENTIFIER,
            "friendlyName": NAME,
            "version": "1.43.4.10903-e5521bd8c",
            "MediaProvider": [
                {
                    "identifier": "com.plexapp.plugins.library",
                    "Feature": [{"type": "content", "Directory": directories}],
                }
            ],
            **fields,
        }
    )


def session(number: int, **fields: object) -> dict[str, object]:
    """Return one session."""
    return {
        "sessionKey": str(number),
        "ratingKey": str(1000 + number),
        "type": "movie",
        "title": f"Film {number}",
        "duration": 7_200_000,
        "viewOffset": 60_000,
        "User": {"id": str(1 + number), "title": f"User {number}"},
        "Player": {
            "machineIdentifier": f"player-{number}",
            "title": f"Player {number}",
            "product": "Plex Web",
            "state": "playing",
            "local": True,
        },
        "Session": {"id": f"session-{number}", "bandwidth": 4000, "location": "lan"},
        "Media": [
            {
                "selected": True,
                "videoResolution": "1080",
                "videoCodec": "h264",
                "audioCodec": "aac",
                "bitrate": 4000,
                "Part": [
                    {
                        "selected": True,
                        "decision": "directplay",
                        "Stream": [{"streamType": 1, "codec": "h264", "selected": True}],
                    }
                ],
            }
        ],
        **fields,
    }


def sessions(*listed: Mapping[str, object]) -> bytes:
    """Return `/status/sessions` with these sessions."""
    return container(Metadata=listed)


def frame(kind: str, name: str, entries: Sequence[Mapping[str, object]]) -> str:
    """Return a frame of notifications of a kind, under the name of their list."""
    return orjson.dumps(
        {"NotificationContainer": {"type": kind, "size": len(entries), name: entries}}
    ).decode()


def playing(numbers: range, **fields: object) -> str:
    """Return a frame that reports so many streams, none of which is listed."""
    entries = [
        {
            "sessionKey": str(number),
            "ratingKey": str(number),
            "state": "playing",
            "viewOffset": 1000,
            **fields,
        }
        for number in numbers
    ]
    return frame("playing", "PlaySessionStateNotification", entries)


class HostileServer:
    """Runs in a thread, so that its own work does not count as that of Home Assistant's loop.

    `bodies` are the responses by path, 200 with JSON; `default` is that of every other path.
    """

    def __init__(self) -> None:
        """Start as a well server with one library and without sessions."""
        self.bodies: dict[str, bytes] = {
            "/identity": container(machineIdentifier=IDENTIFIER, version="1.43.4", claimed=True),
            "/media/providers": libraries(1),
            "/status/sessions": sessions(),
        }
        self.default = container(totalSize=0)
        self.status = 200
        self.headers: dict[str, str] = {}
        self.requests: Counter[str] = Counter()
        self.url = ""
        self._loop = asyncio.new_event_loop()
        self._thread = Thread(target=self._loop.run_forever, daemon=True)
        self._websockets: dict[web.WebSocketResponse, asyncio.Event] = {}
        self._transports: set[asyncio.Transport] = set()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        """Start to listen."""
        self._thread.start()
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._start(), self._loop))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections and end the thread."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._stop(), self._loop))
        self._loop.call_soon_threadsafe(self._loop.stop)
        await asyncio.to_thread(self._thread.join)
        self._loop.close()

    @property
    def is_push_connected(self) -> bool:
        """Return whether a websocket is open."""
        return bool(self._websockets)

    async def send(self, *frames: str) -> None:
        """Send frames, and wait until the client has handled them or closed the websocket."""
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(self._send(frames), self._loop))

    async def _start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_get(_WEBSOCKET, self._handle_websocket)
        app.router.add_route("*", "/{path:.*}", self._handle_request)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port, *_ = self._runner.addresses[0]
        self.url = f"http://{host}:{port}"

    async def _stop(self) -> None:
        """Close all connections, also those that a client opens right now."""
        assert self._runner is not None
        for site in tuple(self._runner.sites):
            await site.stop()
        for _ in range(_ACCEPT_TURNS):
            await asyncio.sleep(0)
        for websocket in tuple(self._websockets):
            with suppress(ConnectionError):
                await websocket.close()
        await self._runner.cleanup()
        # Close waits for what is not sent yet, as the rest of a frame that the client refused.
        for transport in self._transports:
            transport.abort()
        # The sockets are closed in the next iteration.
        await asyncio.sleep(0)

    async def _handle_request(self, request: web.Request) -> web.Response:
        """Send the body of a path."""
        self._remember_transport(request)
        self.requests[request.path] += 1
        body = self.bodies.get(request.path, self.default)
        return web.Response(
            body=body,
            status=self.status,
            content_type="application/json",
            headers=self.headers,
        )

    async def _handle_websocket(self, request: web.Request) -> web.WebSocketResponse:
        """Keep a websocket open, and note the answers to pings."""
        self._remember_transport(request)
        websocket = web.WebSocketResponse(autoping=False)
        await websocket.prepare(request)
        self._websockets[websocket] = answered = asyncio.Event()
        try:
            async for message in websocket:
                if message.type is WSMsgType.PONG and message.data:
                    answered.set()
                elif message.type is WSMsgType.PING:
                    await websocket.pong(message.data)
        finally:
            del self._websockets[websocket]
            answered.set()
        return websocket

    def _remember_transport(self, request: web.Request) -> None:
        """Remember a connection, to abort it at the end."""
        if isinstance(request.transport, asyncio.Transport):
            self._transports.add(request.transport)

    async def _send(self, frames: Sequence[str]) -> None:
        """Send frames and a ping, and wait for its answer."""
        for websocket, answered in tuple(self._websockets.items()):
            answered.clear()
            with suppress(ConnectionError):
                for data in frames:
                    await websocket.send_str(data)
                await websocket.ping(b"handled")
                await answered.wait()
