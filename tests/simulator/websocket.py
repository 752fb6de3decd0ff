"""The websocket of notifications: who listens, what they hear, and how it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
import json
from typing import Literal

from aiohttp import WSCloseCode, WSMsgType, web

from .connections import reset_connection
from .errors import html_error
from .faults import Fault, Faults
from .notifications import Entry, Notification, activity
from .sessions import Sessions

NOTIFICATIONS_PATH = "/:/websockets/notifications"

type _Send = Callable[[web.WebSocketResponse], Awaitable[object]]
type NoTranscode = Literal["missing", "null", "empty"]

# What a client hears that does not say what it wants.
_DEFAULT_FILTERS = "-log"
_NO_TRANSCODE: Mapping[NoTranscode, Entry] = {
    "missing": {},
    "null": {"transcodeSession": None},
    "empty": {"transcodeSession": ""},
}


def wanted(filters: str | None, notification_type: str) -> bool:
    """Whether filters let a type through: some, all but some after "-", all when empty."""
    filters = _DEFAULT_FILTERS if filters is None else filters
    names = filters.removeprefix("-").split(",")
    return not filters or (notification_type in names) is not filters.startswith("-")


class _Client:
    """One client's websocket; what is sent waits in line, so that sending never blocks."""

    def __init__(self, websocket: web.WebSocketResponse, request: web.Request) -> None:
        self.filters = request.query.get("filters")
        self.is_reached = True
        self.is_silent = False
        self._websocket = websocket
        self._transport = request.transport
        self._echoes: list[asyncio.Future[None]] = []
        self._waiting: asyncio.Queue[_Send] = asyncio.Queue()

    def put(self, send: _Send) -> None:
        """Send when those before it are sent."""
        if self.is_reached:
            self._waiting.put_nowait(send)

    def close(self, code: int) -> None:
        """Say farewell after what waits."""
        self.put(lambda websocket: websocket.close(code=code))
        self.is_reached = False

    def silence(self) -> None:
        """Send nothing more, not even what waits, and answer nothing."""
        self.is_reached = False
        self.is_silent = True

    def drop(self) -> None:
        """Reset the connection, which cancels its handler."""
        self.is_reached = False
        if self._transport is not None and not self._transport.is_closing():
            reset_connection(self._transport)

    def hang_up(self) -> None:
        """End the connection without a farewell, which cancels its handler."""
        self.is_reached = False
        if self._transport is not None:
            self._transport.close()

    def ping(self) -> asyncio.Future[None]:
        """Ask whether the client is there; the answer comes after it has read all before."""
        echo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._echoes.append(echo)
        self.put(lambda websocket: websocket.ping())
        return echo

    def left(self) -> None:
        """Let nobody wait for what will not be answered any more."""
        for echo in self._echoes:
            echo.cancel()

    async def write(self) -> None:
        """Send what waits until the connection is lost."""
        with suppress(ConnectionError):
            while True:
                send = await self._waiting.get()
                if not self.is_silent:
                    await send(self._websocket)

    async def read(self) -> None:
        """Answer pings, and hear those answered, until the client leaves."""
        async for message in self._websocket:
            if message.type is WSMsgType.PING:
                self.put(_ponging(message.data))
            elif message.type is WSMsgType.PONG and self._echoes:
                self._echoes.pop(0).set_result(None)
        if self.is_silent:
            # A farewell over a half-open connection finds no answer either: only the
            # client's giving up, which cancels this handler, ends it.
            await asyncio.Event().wait()


class Push:
    """Sends notifications to the clients that listen, and breaks as real connections do."""

    def __init__(self, faults: Faults, sessions: Sessions) -> None:
        """Start with nobody listening."""
        self.refuses_shared = False
        self.no_transcode: NoTranscode = "missing"
        self._faults = faults
        self._sessions = sessions
        self._clients: set[_Client] = set()
        self._changed = asyncio.Event()

    @property
    def connected(self) -> int:
        """How many clients are reached; one that was silenced is not."""
        return sum(client.is_reached for client in self._clients)

    @property
    def without_transcode(self) -> Entry:
        """What the notification of a direct play says of a transcoder."""
        return _NO_TRANSCODE[self.no_transcode]

    async def connection(self, count: int = 1) -> None:
        """Wait until this many clients are reached."""
        while self.connected < count:
            await self._change()

    async def disconnection(self) -> None:
        """Wait until every connection has ended, the silent ones too."""
        while self._clients:
            await self._change()

    def publish(self, *notifications: Notification) -> None:
        """Tell the clients whose filters want it."""
        for notification in notifications:
            text = notification.text()
            for client in self._clients:
                if wanted(client.filters, notification.type):
                    client.put(_sending(text))

    def send(self, frame: str | bytes | Mapping[str, object]) -> None:
        """Send a frame to all as it stands: text, binary, or JSON, which may hold NaN."""
        raw = json.dumps(frame) if isinstance(frame, Mapping) else frame
        for client in self._clients:
            client.put(_sending(raw))

    def send_text(self, raw: bytes) -> None:
        """Send bytes to all as if they were text."""
        for client in self._clients:
            client.put(lambda websocket: websocket.send_frame(raw, WSMsgType.TEXT))

    def flood(self, count: int) -> None:
        """Tell so many updates of an activity that belongs to no library, at once."""
        for number in range(count):
            self.publish(
                activity(
                    "updated",
                    {
                        "uuid": "3d0f7c5e-flood",
                        "type": "media.generate.intros",
                        "cancellable": False,
                        "userID": 1,
                        "title": "Detecting intros",
                        "subtitle": f"Episode {number + 1}",
                        "progress": number * 100 // count,
                    },
                )
            )

    def ping(self) -> None:
        """Ask the clients whether they are there, as a server does about every 10 seconds."""
        for client in self._clients:
            client.ping()

    async def heard(self) -> None:
        """Wait until the clients that are reached have read all that was sent."""
        echoes = [client.ping() for client in self._clients if client.is_reached]
        if echoes:
            await asyncio.wait(echoes)

    def silence(self) -> None:
        """Leave the connections half open: they stay, and nothing comes or is answered."""
        for client in self._clients:
            client.silence()

    def close(self, code: int = WSCloseCode.OK) -> None:
        """Close the websockets with a code, after what was sent before."""
        for client in self._clients:
            client.close(code)

    def drop(self) -> None:
        """Reset the connections; what was not sent yet is lost."""
        for client in self._clients:
            client.drop()

    def hang_up(self) -> None:
        """End the connections without a word."""
        for client in self._clients:
            client.hang_up()

    def refuse(self, status: int, times: int | None = None) -> None:
        """Answer upgrades with a status while HTTP works; times=None: until accept()."""
        self._faults.add(NOTIFICATIONS_PATH, Fault.status(status), times)

    def accept(self) -> None:
        """Refuse no upgrade any more."""
        self._faults.clear(NOTIFICATIONS_PATH)

    def list_sessions_late(self, reads: int) -> None:
        """Leave sessions that start from now on out of so many reads; 0 ends this."""
        self._sessions.list_late(reads)

    def end(self) -> None:
        """Close every connection because the server ends."""
        for client in self._clients:
            if client.is_silent:
                client.drop()
            else:
                client.close(WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Take a client in until it leaves."""
        websocket = web.WebSocketResponse(autoping=False, autoclose=False, compress=False)
        if not websocket.can_prepare(request):
            return html_error(400)
        await websocket.prepare(request)
        client = _Client(websocket, request)
        self._clients.add(client)
        self._changed.set()
        writing = asyncio.create_task(client.write())
        try:
            await client.read()
        finally:
            writing.cancel()
            client.left()
            self._clients.discard(client)
            self._changed.set()
        return websocket

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def _sending(frame: str | bytes) -> _Send:
    if isinstance(frame, str):
        return lambda websocket: websocket.send_str(frame)
    return lambda websocket: websocket.send_bytes(frame)


def _ponging(data: bytes) -> _Send:
    return lambda websocket: websocket.pong(data)
