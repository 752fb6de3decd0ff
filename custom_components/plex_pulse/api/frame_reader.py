"""Read the frames of a websocket, and detect a server that does not respond any more."""

import asyncio
from collections.abc import Callable, Iterator
import logging
import math
from typing import Final

import aiohttp
import orjson

from .http.clock import Clock
from .http.limits import has_too_many_objects
from .models.coerce import JsonObject, child
from .models.notification import Notification, parse_notifications
from .time_slices import TimeSlice

_LOGGER = logging.getLogger(__name__)

_PING_AFTER_SECONDS: Final = 5.0
"""Time without a frame after which the server is pinged."""
_PONG_TIMEOUT_SECONDS: Final = 4.0
"""Time after which a ping counts as unanswered: a frozen server shows within 9 s."""
_SLICE_SECONDS: Final = 0.001
"""CPU time after which other tasks run: frames that are buffered already would block the event
loop together, and so would the notifications of a large one."""


class FrameReader:
    """Passes on the notifications of one connection after the other."""

    def __init__(
        self, clock: Clock, label: str, on_notification: Callable[[Notification], None]
    ) -> None:
        """Pass on each notification in order; `label` replaces the host in log lines."""
        self.skipped = 0
        """Frames without a usable notification."""
        self.is_unresponsive = False
        """Whether the last connection ended because a ping was not answered."""
        self._clock = clock
        self._label = label
        self._on_notification = on_notification
        self._pending: Iterator[Notification] = iter(())
        self._received_at = -math.inf
        self._pinged_at = -math.inf

    async def read(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Handle frames until the connection ends, or a ping stays unanswered.

        A frame does not set the timer again, which would take a tenth of the time for a
        reported position. When the timer is over, it is set to the time that is left since the
        last frame.
        """
        self.is_unresponsive = False
        self._pending = iter(())
        self._received_at = self._clock.monotonic()
        while not await self._ends_within(websocket, self._clock.timeout(self._seconds_left)):
            if self._seconds_left > 0:
                continue
            # If something blocked the event loop for longer, a frame has arrived in time but
            # was not delivered before the timeout.
            if await self._ends_within(websocket, asyncio.timeout(0)):
                return
            if self._seconds_left > 0:
                continue
            if self._is_ping_pending:
                _LOGGER.debug("%s: a ping was not answered", self._label)
                self.is_unresponsive = True
                return
            self._pinged_at = self._clock.monotonic()
            await websocket.ping()

    @property
    def _is_ping_pending(self) -> bool:
        """Return whether nothing has arrived since the last ping."""
        return self._pinged_at > self._received_at

    @property
    def _seconds_left(self) -> float:
        """Return the time until a ping is due, or counts as unanswered."""
        if self._is_ping_pending:
            due = self._pinged_at + _PONG_TIMEOUT_SECONDS
        else:
            due = self._received_at + _PING_AFTER_SECONDS
        return due - self._clock.monotonic()

    async def _ends_within(
        self, websocket: aiohttp.ClientWebSocketResponse, limit: asyncio.Timeout
    ) -> bool:
        """Handle frames until the limit; return whether the connection has ended before.

        The next call handles what is left of a frame then.
        """
        try:
            async with limit:
                await self._handle_frames(websocket)
        except TimeoutError:
            if not limit.expired():
                raise
            return False
        return True

    async def _handle_frames(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Handle frames until the connection ends."""
        time_slice = TimeSlice(_SLICE_SECONDS)
        while True:
            for notification in self._pending:
                self._on_notification(notification)
                if time_slice.is_over:
                    # Other tasks may take long, while the rest of the frame is here already.
                    self._received_at = self._clock.monotonic()
                    await time_slice.pause()
            message = await websocket.receive()
            self._received_at = self._clock.monotonic()
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    self._pending = parse_notifications(_decode_frame(message.data))
                    if (first := next(self._pending, None)) is not None:
                        self._on_notification(first)
                    else:
                        self.skipped += 1
                case aiohttp.WSMsgType.PING:
                    await websocket.pong(message.data)
                case aiohttp.WSMsgType.PONG:
                    pass
                case aiohttp.WSMsgType.ERROR:
                    # Too large a frame, or invalid UTF-8: the stream cannot be read further.
                    self.skipped += 1
                    return
                case _:
                    return
            if time_slice.is_over:
                await time_slice.pause()


def _decode_frame(data: str | bytes) -> JsonObject:
    """Return the container of the notifications in a frame, an empty one without any."""
    if has_too_many_objects(data):
        return {}
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        return {}
    return child(document, "NotificationContainer") if isinstance(document, dict) else {}
