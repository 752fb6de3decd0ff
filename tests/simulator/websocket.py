"""The notification websocket: clients, filters, and the ways it breaks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import json
from typing import Literal

from aiohttp import WSCloseCode, WSMsgType, web

from .errors import html_error
from .faults import Fault, Faults
from .notifications import Entry, Notification, activity
from .sessions import Sessions
from .websocket_client import WebsocketClient

NOTIFICATIONS_PATH = "/:/websockets/notifications"

type _Send = Callable[[web.WebSocketResponse], Awaitable[object]]
type NoTranscode = Literal["missing", "null", "empty"]

# The filters of a client that sends none.
_DEFAULT_FILTERS = "-log"
_NO_TRANSCODE: Mapping[NoTranscode, Entry] = {
    "missing": {},
    "null": {"transcodeSession": None},
    "empty": {"transcodeSession": ""},
}


def wanted(filters: str | None, notification_type: str) -> bool:
    """Whether filters accept a type: a list of types, or after "-" the types to exclude."""
    filters = _DEFAULT_FILTERS if filters is None else filters
    names = filters.removeprefix("-").split(",")
    return not filters or (notification_type in names) is not filters.startswith("-")


class Push:
    """Sends notifications to the connected clients and simulates broken connections."""

    def __init__(self, faults: Faults, sessions: Sessions) -> None:
        """Start without a client."""
        self.refuses_shared = False
        self.ignores_pings = False
        self.pings = 0
        """Pings of the clients that were answered or ignored."""
        self.no_transcode: NoTranscode = "missing"
        self._faults = faults
        self._sessions = sessions
        self._clients: set[WebsocketClient] = set()
        self._changed = asyncio.Event()

    @property
    def connected(self) -> int:
        """Return the number of clients that receive frames; frozen ones do not."""
        return sum(client.is_reached for client in self._clients)

    @property
    def without_transcode(self) -> Entry:
        """Return the transcode fields in the notification of a direct play."""
        return _NO_TRANSCODE[self.no_transcode]

    async def connection(self, count: int = 1) -> None:
        """Wait until this many clients are connected."""
        while self.connected < count:
            await self._change()

    async def disconnection(self) -> None:
        """Wait until every connection has ended, frozen ones included."""
        while self._clients:
            await self._change()

    async def pinged(self, count: int) -> None:
        """Wait until this many pings of the clients were answered or ignored."""
        while self.pings < count:
            await self._change()

    def publish(self, *notifications: Notification) -> None:
        """Send notifications to the clients whose filters accept them."""
        for notification in notifications:
            text = notification.text()
            for client in self._clients:
                if wanted(client.filters, notification.type):
                    client.put(_sending(text))

    def send(self, frame: str | bytes | Mapping[str, object]) -> None:
        """Send a raw frame to all clients: text, binary, or JSON, which may contain NaN."""
        raw = json.dumps(frame) if isinstance(frame, Mapping) else frame
        for client in self._clients:
            client.put(_sending(raw))

    def send_text(self, raw: bytes) -> None:
        """Send bytes to all clients in a text frame."""
        for client in self._clients:
            client.put(lambda websocket: websocket.send_frame(raw, WSMsgType.TEXT))

    def flood(self, count: int) -> None:
        """Publish this many updates of an activity without a library at once."""
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
        """Ping the clients, as a server does about every 10 seconds."""
        for client in self._clients:
            client.ping()

    async def wait_delivered(self) -> None:
        """Wait until the connected clients have read all frames sent so far."""
        echoes = [client.ping() for client in self._clients if client.is_reached]
        if echoes:
            await asyncio.wait(echoes)

    def freeze(self) -> None:
        """Leave the connections half open: nothing is sent or answered any more."""
        for client in self._clients:
            client.freeze()

    def close(self, code: int = WSCloseCode.OK) -> None:
        """Close the websockets with a code after the queued frames."""
        for client in self._clients:
            client.close(code)

    def drop(self) -> None:
        """Reset the connections; queued frames are lost."""
        for client in self._clients:
            client.drop()

    def hang_up(self) -> None:
        """Close the connections without a close frame."""
        for client in self._clients:
            client.hang_up()

    def refuse(self, status: int, times: int | None = None) -> None:
        """Answer websocket upgrades with a status; times=None applies it until accept()."""
        self._faults.add(NOTIFICATIONS_PATH, Fault.status(status), times)

    def accept(self) -> None:
        """Accept websocket upgrades again."""
        self._faults.clear(NOTIFICATIONS_PATH)

    def list_sessions_late(self, reads: int) -> None:
        """Omit sessions that start from now on from this many reads; 0 ends this."""
        self._sessions.list_late(reads)

    def end(self) -> None:
        """Close every connection because the server stops."""
        for client in self._clients:
            if client.is_frozen:
                client.drop()
            else:
                client.close(WSCloseCode.GOING_AWAY)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Serve a client until it disconnects."""
        websocket = web.WebSocketResponse(autoping=False, autoclose=False, compress=False)
        if not websocket.can_prepare(request):
            return html_error(400)
        await websocket.prepare(request)
        client = WebsocketClient(websocket, request, self._answer_ping)
        self._clients.add(client)
        self._changed.set()
        writing = asyncio.create_task(client.write())
        try:
            await client.read()
        finally:
            writing.cancel()
            client.cancel_pings()
            self._clients.discard(client)
            self._changed.set()
        return websocket

    async def _answer_ping(self, data: bytes, websocket: web.WebSocketResponse) -> None:
        if not self.ignores_pings:
            await websocket.pong(data)
        self.pings += 1
        self._changed.set()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()


def _sending(frame: str | bytes) -> _Send:
    if isinstance(frame, str):
        return lambda websocket: websocket.send_str(frame)
    return lambda websocket: websocket.send_bytes(frame)
