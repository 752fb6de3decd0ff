"""Receive the push notifications of a Media Server over its websocket, and reconnect."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from enum import StrEnum
import logging
from typing import Final

import aiohttp
from yarl import URL

from .errors import PlexApiError
from .frame_reader import FrameReader
from .http.backoff import Backoff
from .http.certificate import with_proof
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity, token_header, with_base_path
from .http.upgrade import open_websocket
from .models.notification import FILTERS, Notification

_LOGGER = logging.getLogger(__name__)

# Plural: no server has the endpoint of the official description, in the singular.
_PATH: Final = "/:/websockets/notifications"
_FIRST_DELAY_SECONDS: Final = 1.0
_MAX_DELAY_SECONDS: Final = 300.0
_STABLE_AFTER_SECONDS: Final = 60.0
"""Uptime after which the reconnect backoff is reset. A connection that delivers a frame and
closes again must back off like any other."""


class ConnectionState(StrEnum):
    """The phase of a `PlexWebsocket`."""

    WAITING = "waiting"
    """Not running, in the delay before a reconnect, or blocked by the host's rate limit."""
    CONNECTING = "connecting"
    """Verifying the server or upgrading to a websocket."""
    CONNECTED = "connected"
    """Receiving notifications."""


class PlexWebsocket:
    """The notifications of one server, over a websocket that reconnects until cancelled."""

    def __init__(
        self,
        session: aiohttp.ClientSession,
        url: str,
        token: str,
        *,
        identity: ClientIdentity,
        rate_limiters: RateLimiterRegistry,
        label: str,
        on_notification: Callable[[Notification], None],
        on_connected: Callable[[bool], None],
        on_refused: Callable[[PlexApiError], None],
        verify: Callable[[], Awaitable[None]] | None = None,
        certificate_name: str | None = None,
    ) -> None:
        """Use the connections of the caller's session, which is never closed here.

        `run` calls the three callbacks, and any exception that they raise ends it:
        `on_notification`
        with each notification in order, `on_connected` with True once connected and False
        once disconnected, `on_refused` with the failure if no connection is made. `verify` is
        awaited before each connection; a PlexApiError it raises keeps the token from a host
        that has taken the server's address. `label` replaces the host in log lines. With
        `certificate_name` only the server with that certificate is sent anything.

        Raises:
            PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

        """
        self._session = session
        self._url, self._server_hostname = with_proof(URL(url), certificate_name)
        self._headers = identity.headers | token_header(token)
        self._clock = rate_limiters.clock
        self._rate_limiter = rate_limiters.limiter_for(self._url)
        self._label = label
        self._frames = FrameReader(self._clock, label, on_notification)
        self._on_connected = on_connected
        self._on_refused = on_refused
        self._verify = verify
        self._state = ConnectionState.WAITING
        self._backoff = Backoff(_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS)
        self._delay: asyncio.Task[None] | None = None
        self._connecting: asyncio.Timeout | None = None

    @property
    def state(self) -> ConnectionState:
        """Return the phase of the connection."""
        return self._state

    @property
    def skipped(self) -> int:
        """Return the number of frames without a usable notification."""
        return self._frames.skipped

    @property
    def is_unresponsive(self) -> bool:
        """Return whether the last connection ended because a ping was not answered."""
        return self._frames.is_unresponsive

    def reset_backoff(self) -> None:
        """Reconnect at once and start again with the first delay: the server is back.

        Call it once per outage; a websocket that closes again and again must back off.
        """
        self._backoff.reset()
        if self._delay is not None:
            self._delay.cancel()
        if self._connecting is not None:
            # A request that was sent while the server was frozen may never be answered.
            self._connecting.reschedule(asyncio.get_running_loop().time())

    async def run(self) -> None:
        """Stay connected until cancelled.

        The delay before a reconnect is random (full jitter), below a limit that doubles from
        1 s to 5 min. It is reset by a connection that lasted a minute, and by
        `reset_backoff`. A rate limit of the host is waited for in addition and doubles
        nothing.
        """
        while True:
            while seconds := self._rate_limiter.seconds_until_allowed:
                await self._clock.sleep(seconds)
            try:
                if await self._connect():
                    self._backoff.reset()
            except PlexApiError as err:
                _LOGGER.debug("%s: websocket not connected: %s", self._label, err)
                self._on_refused(err)
            except TimeoutError:
                # The backoff was reset: connect again at once.
                continue
            await self._wait(self._clock.random() * self._backoff.next())

    async def _wait(self, seconds: float) -> None:
        """Wait before a reconnect, until the time is over or the backoff is reset."""
        self._delay = asyncio.create_task(self._clock.sleep(seconds))
        try:
            # Unlike await, this does not raise if `reset_backoff` cancels the delay.
            await asyncio.wait([self._delay])
        finally:
            self._delay.cancel()

    async def _connect(self) -> bool:
        """Connect, and receive until the connection ends; return whether it was stable.

        Raises:
            PlexApiError: no connection was made.
            TimeoutError: `reset_backoff` was called before the connection was made.

        """
        self._state = ConnectionState.CONNECTING
        try:
            return await self._verify_and_receive()
        finally:
            self._state = ConnectionState.WAITING

    async def _verify_and_receive(self) -> bool:
        """Verify the server, connect and receive; return whether the connection was stable.

        Raises:
            PlexApiError: no connection was made.
            TimeoutError: `reset_backoff` was called before the connection was made.

        """
        async with AsyncExitStack() as connection:
            try:
                async with asyncio.timeout(None) as self._connecting:
                    if self._verify is not None:
                        await self._verify()
                    websocket = await connection.enter_async_context(
                        open_websocket(
                            self._session,
                            with_base_path(self._url, _PATH).with_query(filters=FILTERS),
                            headers=self._headers,
                            rate_limiter=self._rate_limiter,
                            clock=self._clock,
                            server_hostname=self._server_hostname,
                        )
                    )
            finally:
                self._connecting = None
            return await self._receive(websocket)

    async def _receive(self, websocket: aiohttp.ClientWebSocketResponse) -> bool:
        """Receive until the connection ends; return whether it was stable."""
        _LOGGER.debug("%s: websocket connected", self._label)
        self._state = ConnectionState.CONNECTED
        connected_at = self._clock.monotonic()
        try:
            self._on_connected(True)
            await self._frames.read(websocket)
        except (aiohttp.ClientError, OSError) as err:
            _LOGGER.debug("%s: websocket failed: %s", self._label, type(err).__name__)
        finally:
            _LOGGER.debug("%s: websocket closed", self._label)
            self._state = ConnectionState.WAITING
            self._on_connected(False)
        uptime = self._clock.monotonic() - connected_at
        return uptime >= _STABLE_AFTER_SECONDS
