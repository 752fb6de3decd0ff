"""One client of the notification websocket."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from aiohttp import WSMsgType, web

from .connections import reset_connection

type _Send = Callable[[web.WebSocketResponse], Awaitable[object]]
type _AnswerPing = Callable[[bytes, web.WebSocketResponse], Awaitable[None]]


class WebsocketClient:
    """One client's websocket; frames are queued, so that publishing never blocks."""

    def __init__(
        self,
        websocket: web.WebSocketResponse,
        request: web.Request,
        answer_ping: _AnswerPing,
    ) -> None:
        """Take the websocket and the request that opened it; `answer_ping` answers a ping."""
        self.filters = request.query.get("filters")
        self.is_reached = True
        self.is_frozen = False
        self._websocket = websocket
        self._transport = request.transport
        self._answer_ping = answer_ping
        self._echoes: list[asyncio.Future[None]] = []
        self._waiting: asyncio.Queue[_Send] = asyncio.Queue()

    def put(self, send: _Send) -> None:
        """Queue a frame."""
        if self.is_reached:
            self._waiting.put_nowait(send)

    def close(self, code: int) -> None:
        """Close the websocket after the queued frames."""
        self.put(lambda websocket: websocket.close(code=code))
        self.is_reached = False

    def freeze(self) -> None:
        """Send nothing more, queued frames included, and answer no ping."""
        self.is_reached = False
        self.is_frozen = True

    def drop(self) -> None:
        """Reset the connection, which cancels its handler."""
        self.is_reached = False
        if self._transport is not None and not self._transport.is_closing():
            reset_connection(self._transport)

    def hang_up(self) -> None:
        """Close the connection without a close frame, which cancels its handler."""
        self.is_reached = False
        if self._transport is not None:
            self._transport.close()

    def ping(self) -> asyncio.Future[None]:
        """Send a ping; the future is done when the client has read all frames before it."""
        echo: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._echoes.append(echo)
        self.put(lambda websocket: websocket.ping())
        return echo

    def cancel_pings(self) -> None:
        """Cancel the pings that are not answered yet."""
        for echo in self._echoes:
            echo.cancel()

    async def write(self) -> None:
        """Send queued frames until the connection is lost."""
        with suppress(ConnectionError):
            while True:
                send = await self._waiting.get()
                if not self.is_frozen:
                    await send(self._websocket)

    async def read(self) -> None:
        """Answer pings and process pongs until the client disconnects."""
        async for message in self._websocket:
            if message.type is WSMsgType.PING:
                self.put(partial(self._answer_ping, message.data))
            elif message.type is WSMsgType.PONG and self._echoes:
                self._echoes.pop(0).set_result(None)
        if self.is_frozen:
            # A half-open connection does not answer a close frame either: only the client,
            # which cancels this handler, can end it.
            await asyncio.Event().wait()
