"""The websocket on which a Media Server tells what happens, for as long as wanted."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import logging
from typing import Final

import aiohttp
import orjson
from yarl import URL

from .errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .http.classify import (
    InvalidHostnameError,
    Redirect,
    SessionClosedError,
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

# Plural: the official description's singular form is answered by no server.
_PATH: Final = "/:/websockets/notifications"
_ENDPOINT: Final = f"GET {_PATH}"
_CONNECT_TIMEOUT: Final = 10.0
_HEARTBEAT: Final = 15.0
"""Seconds without a word after which the server is asked whether it is there."""
_FAREWELL: Final = aiohttp.ClientWSTimeout(ws_close=0.1)
"""A server that has gone silent does not answer a farewell; ten seconds would go by."""
_FIRST_PAUSE: Final = 1.0
_LONGEST_PAUSE: Final = 300.0
_MOST_DOUBLINGS: Final = 9
_REDIRECT: Final = 3
_REFUSAL: Final = 300
"""The lowest status that says no; one below it that upgrades nothing is not Plex's."""
_PROOF: Final = 60.0
"""Seconds after which a connection has shown that it works, even a silent one."""


class PlexWebsocket:
    """One server's notifications, connected again for ever.

    `on_notification` hears each one in order. `on_connected` hears True when the
    connection stands and False when it does not any more, and `on_refused` why none
    came about. They are called from run(), and what they raise ends it. `verify` is
    awaited before each connection: a PlexApiError of it keeps the token from whoever is
    there now. `skipped` counts frames that nothing could be made of.
    """

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
        """Use the session's connections; it stays the caller's.

        Raises:
            PlexApiError: AUTHENTICATION for a token that no header can carry.

        """
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
        self._has_delivered = False
        self.skipped = 0

    async def run(self) -> None:
        """Stay connected until cancelled.

        Pauses between connections are drawn from the whole range up to a bound that
        doubles from 1 s to 5 min; only a connection that delivered, or lasted a
        minute, makes it small again.
        """
        doublings = 0
        while True:
            # What the host wishes is no refusal, and makes the pauses no longer.
            while silence := self._rate_limiter.seconds_until_allowed:
                await self._clock.sleep(silence)
            try:
                if await self._connect():
                    doublings = 0
            except PlexApiError as err:
                _LOGGER.debug("%s: no notifications: %s", self._label, err)
                self._on_refused(err)
            bound = min(_FIRST_PAUSE * 2**doublings, _LONGEST_PAUSE)
            doublings = min(doublings + 1, _MOST_DOUBLINGS)
            await self._clock.sleep(self._clock.random() * bound)

    async def _connect(self) -> bool:
        """Read until the connection ends; return whether it has shown that it works.

        Raises:
            PlexApiError: no connection came about.

        """
        if self._session.closed:
            # It has given its connector away, without which the session below would
            # make one of its own, with other ideas of whose certificate to trust.
            raise network_failure(_ENDPOINT, SessionClosedError()).replace(attempts=0)
        if self._verify is not None:
            await self._verify()
        # A session of its own on the same connections, because only a session's own
        # middleware keeps aiohttp from carrying the token along a redirect.
        async with (
            aiohttp.ClientSession(
                connector=self._session.connector,
                connector_owner=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                middlewares=(_without_redirects,),
            ) as session,
            await self._upgrade(session) as websocket,
        ):
            _LOGGER.debug("%s: notifications are connected", self._label)
            self._has_delivered = False
            began = self._clock.monotonic()
            try:
                self._on_connected(True)
                await self._read(websocket)
            except (aiohttp.ClientError, OSError) as err:
                _LOGGER.debug("%s: notifications broke off: %s", self._label, type(err).__name__)
            finally:
                _LOGGER.debug("%s: notifications have ended", self._label)
                self._on_connected(False)
        return self._has_delivered or self._clock.monotonic() - began >= _PROOF

    async def _upgrade(self, session: aiohttp.ClientSession) -> aiohttp.ClientWebSocketResponse:
        """Return a websocket, asked for as soon as the host wants to hear from us."""
        await self._rate_limiter.acquire(_ENDPOINT, self._clock.monotonic() + _CONNECT_TIMEOUT)
        try:
            async with self._clock.timeout(_CONNECT_TIMEOUT):
                websocket = await session.ws_connect(
                    self._url.with_path(_PATH),
                    params={"filters": FILTERS},
                    headers=self._headers,
                    autoping=False,
                    timeout=_FAREWELL,
                )
        except TimeoutError:
            failure = timeout_failure(_ENDPOINT)
        except aiohttp.WSServerHandshakeError as err:
            failure = self._refusal(err.status, err.headers or {})
        except (aiohttp.ClientError, OSError, EOFError) as err:
            failure = network_failure(_ENDPOINT, err)
        except ValueError:
            failure = network_failure(_ENDPOINT, InvalidHostnameError())
        else:
            self._rate_limiter.on_success()
            return websocket
        finally:
            self._rate_limiter.release()
        # Raised out here: an aiohttp exception, whose text names the host, would hang
        # on it as context inside the handler.
        raise failure

    def _refusal(self, status: int, headers: Mapping[str, str]) -> PlexApiError:
        """Return what an answer that is no upgrade means, and do as it asks."""
        if status < _REFUSAL:
            return PlexApiError(
                PlexErrorKind.PROTOCOL,
                "The answer is not a websocket",
                endpoint=_ENDPOINT,
                status=status,
                reason=PlexErrorReason.INVALID_RESPONSE,
            )
        # aiohttp keeps the body, and Plex's words in it, to itself.
        failure = status_failure(
            _ENDPOINT,
            status,
            ErrorBody(),
            Redirect.of(self._url, status, headers.get("Location")),
        )
        retry_after = self._rate_limiter.on_failure_response(failure.kind, headers)
        return failure.replace(retry_after=retry_after)

    async def _read(self, websocket: aiohttp.ClientWebSocketResponse) -> None:
        """Pass on what comes, until nothing comes any more."""
        is_asked = False
        while True:
            try:
                async with self._clock.timeout(_HEARTBEAT):
                    message = await websocket.receive()
            except TimeoutError:
                if is_asked:
                    _LOGGER.debug("%s: notifications have gone silent", self._label)
                    return
                is_asked = True
                await websocket.ping()
                continue
            is_asked = False
            match message.type:
                case aiohttp.WSMsgType.TEXT | aiohttp.WSMsgType.BINARY:
                    # Frames that come together would hold everything else up together.
                    await asyncio.sleep(0)
                    self._handle(message.data)
                case aiohttp.WSMsgType.PING:
                    await websocket.pong(message.data)
                case aiohttp.WSMsgType.PONG:
                    continue
                case aiohttp.WSMsgType.ERROR:
                    # Too large a frame, or text that is none: nothing can follow it.
                    self.skipped += 1
                    return
                case _:
                    return

    def _handle(self, data: str | bytes) -> None:
        """Pass on the notifications in a frame; an odd one costs only itself."""
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
            self._has_delivered = True
            self._on_notification(notification)


async def _without_redirects(
    request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType
) -> aiohttp.ClientResponse:
    """Refuse to be sent elsewhere."""
    response = await handler(request)
    if response.status // 100 == _REDIRECT:
        response.close()
        raise aiohttp.WSServerHandshakeError(
            response.request_info,
            response.history,
            status=response.status,
            headers=response.headers,
            message="Redirect",
        )
    return response
