"""Receive the push notifications of a Media Server over its websocket, and reconnect."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from enum import StrEnum
import logging
from typing import Final

import aiohttp
import orjson
from yarl import URL

from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.backoff import Backoff
from .http.classify import (
    InvalidHostnameError,
    Redirect,
    SessionClosedError,
    is_redirect,
    network_failure,
    status_failure,
    timeout_failure,
)
from .http.error_body import ErrorBody
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity, token_header
from .models.coerce import child
from .models.notification import FILTERS, Notification, parse_notifications

_LOGGER = logging.getLogger(__name__)

# Plural: no server has the endpoint of the official description, in the singular.
_PATH: Final = "/:/websockets/notifications"
_ENDPOINT: Final = f"GET {_PATH}"
_CONNECT_TIMEOUT_SECONDS: Final = 10.0
_HEARTBEAT_SECONDS: Final = 15.0
"""Time without a frame after which the server is pinged, and after a ping given up."""
_CLOSE_TIMEOUT: Final = aiohttp.ClientWSTimeout(ws_close=0.1)
"""In seconds; a dead peer never answers the close frame (aiohttp waits 10 s by default)."""
_FIRST_DELAY_SECONDS: Final = 1.0
_MAX_DELAY_SECONDS: Final = 300.0
_STABLE_AFTER_SECONDS: Final = 60.0
"""Uptime after which the reconnect backoff is reset, even if nothing was received."""
_MIN_ERROR_STATUS: Final = 300
"""Below it, a response that is no upgrade does not come from a Media Server."""


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

    skipped: int
    """Frames without a usable notification."""

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
    ) -> None:
        """Use the connections of the caller's session, which is never closed here.

        `run` calls the three callbacks, and whatever they raise ends it: `on_notification`
        with each notification in order, `on_connected` with True once connected and False
        once disconnected, `on_refused` with the failure if no connection is made. `verify` is
        awaited before each connection; a PlexApiError it raises keeps the token from a host
        that has taken the server's address. `label` replaces the host in log lines.

        Raises:
            PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

        """
        self.skipped = 0
        self._session = session
        self._url = URL(url)
        self._headers = identity.headers | token_header(token)
        self._clock = rate_limiters.clock
        self._rate_limiter = rate_limiters.limiter_for(self._url)
        self._label = label
        self._on_notification = on_notification
        self._on_connected = on_connected
        self._on_refused = on_refused
        self._verify = verify
        self._state = ConnectionState.WAITING
        self._received_any = False

    @property
    def state(self) -> ConnectionState:
        """Return the phase of the connection."""
        return self._state

    async def run(self) -> None:
        """Stay connected until cancelled.

        The delay before a reconnect is random (full jitter), below a limit that doubles from
        1 s to 5 min. It is reset by a connection that received a notification or lasted a
        minute. A rate limit of the host is waited for in addition and doubles nothing.
        """
        backoff = Backoff(_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS)
        while True:
            while seconds := self._rate_limiter.seconds_until_allowed:
                await self._clock.sleep(seconds)
            try:
                if await self._connect():
                    backoff.reset()
            except PlexApiError as err:
                _LOGGER.debug("%s: no notifications: %s", self._label, err)
                self._on_refused(err)
            await self._clock.sleep(self._clock.random() * backoff.next())

    async def _connect(self) -> bool:
        """Connect, and receive until the connection ends; return whether it was stable.

        Raises:
            PlexApiError: no connection was made.

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

        """
        if self._session.closed:
            # Without its connector the session below would create one with other TLS settings.
            raise network_failure(_ENDPOINT, SessionClosedError()).replace(attempts=0)
        if self._verify is not None:
            await self._verify()
        # A session of its own on the same connections: only the middleware of a session
        # keeps aiohttp from following a redirect with the token.
        async with (
            aiohttp.ClientSession(
                connector=self._session.connector,
                connector_owner=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_reject_redirect,),
            ) as session,
            await self._upgrade(session) as websocket,
        ):
            return await self._receive(websocket)

    async def _upgrade(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """Return a websocket, opened as soon as the rate limiter allows it.

        Raises:
            PlexApiError: no websocket was opened.

        """
        await self._rate_limiter.acquire(
            _ENDPOINT, self._clock.monotonic() + _CONNECT_TIMEOUT_SECONDS
        )
        try:
            async with self._clock.timeout(_CONNECT_TIMEOUT_SECONDS):
                websocket = await session.ws_connect(
                    self._url.with_path(_PATH),
                    params={"filters": FILTERS},
                    headers=self._headers,
                    autoping=False,
                    timeout=_CLOSE_TIMEOUT,
                )
        except TimeoutError:
            failure = timeout_failure(_ENDPOINT)
        except aiohttp.WSServerHandshakeError as err:
            failure = self._handshake_failure(err.status, err.headers or {})
        except (aiohttp.ClientError, OSError, EOFError) as err:
            failure = network_failure(_ENDPOINT, err)
        except ValueError:
            failure = network_failure(_ENDPOINT, InvalidHostnameError())
        else:
            self._rate_limiter.on_success()
            return websocket
        finally:
            self._rate_limiter.release()
        # Raised outside of the handlers: an aiohttp exception, whose text contains the host,
        # would become its context.
        raise failure

    def _handshake_failure(self, status: int, headers: Mapping[str, str]) -> PlexApiError:
        """Return the failure for a response that is no upgrade; report it to the rate limiter."""
        if status < _MIN_ERROR_STATUS:
            return PlexApiError(
                PlexErrorKind.PROTOCOL,
                "The answer is not a websocket",
                endpoint=_ENDPOINT,
                status=status,
                reason=PlexErrorReason.INVALID_RESPONSE,
            )
        # aiohttp discards the body, and with it the server's message.
        redirect = Redirect.of(self._url, status, headers.get("Location"))
        failure = status_failure(_ENDPOINT, status, ErrorBody(), redirect)
        retry_after = self._rate_limiter.on_failure_response(failure.kind, headers)
        return failure.replace(retry_after=retry_after)

    async def _receive(self, websocket: aiohttp.ClientWebSocketResponse) -> bool:
        """Receive until the connection ends; return whether it was stable."""
        _LOGGER.debug("%s: notifications are connected", self._label)
        self._state = ConnectionState.CONNECTED
        self._received_any = False
        connected_at = self._clock.monotonic()
        try:
            self._on_connected(True)
            await self._read_frames(websocket)
        except (aiohttp.ClientError, OSError) as err:
            _LOGGER.debug("%s: notifications broke off: %s", self._label, type(err).__name__)
        finally:
            _LOGGER.debug("%s: notifications have ended", self._label)
            self._state = ConnectionState.WAITING
            self._on_connected(False)
        uptime = self._clock.monotonic() - connected_at
        return self._received_any or uptime >= _STABLE_AFTER_SECONDS

    async def _read_frames(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Handle frames until the connection ends, or a ping stays unanswered."""
        is_ping_pending = False
        while True:
            try:
                async with self._clock.timeout(_HEARTBEAT_SECONDS):
                    message = await websocket.receive()
            except TimeoutError:
                if is_ping_pending:
                    _LOGGER.debug("%s: notifications have gone silent", self._label)
                    return
                is_ping_pending = True
                await websocket.ping()
                continue
            is_ping_pending = False
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    # Frames that are buffered already would block the event loop together.
                    await asyncio.sleep(0)
                    self._handle_frame(message.data)
                case aiohttp.WSMsgType.PING:
                    await websocket.pong(message.data)
                case aiohttp.WSMsgType.PONG:
                    continue
                case aiohttp.WSMsgType.ERROR:
                    # Too large a frame, or invalid UTF-8: the stream cannot be read further.
                    self.skipped += 1
                    return
                case _:
                    return

    def _handle_frame(self, data: str | bytes) -> None:
        """Pass on the notifications in a frame, without those that cannot be parsed."""
        try:
            document = orjson.loads(data)
        except orjson.JSONDecodeError:
            self.skipped += 1
            return
        container = child(document, "NotificationContainer") if isinstance(document, dict) else {}
        notifications = parse_notifications(container)
        if not notifications:
            self.skipped += 1
        for notification in notifications:
            self._received_any = True
            self._on_notification(notification)


async def _reject_redirect(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Raise WSServerHandshakeError for a redirect, before aiohttp follows it."""
    response = await handler(request)
    if is_redirect(response.status):
        response.close()
        raise aiohttp.WSServerHandshakeError(
            response.request_info,
            response.history,
            status=response.status,
            headers=response.headers,
            message="Redirect",
        )
    return response
