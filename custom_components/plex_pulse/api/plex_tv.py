"""The client of plex.tv: sign-in, the account of a token, and its servers."""

from typing import Final
from urllib.parse import urlencode

from aiohttp import ClientSession
from yarl import URL

from .errors import PlexApiError, PlexErrorKind
from .http.classify import Redirect, status_failure
from .http.decode import decode_list, decode_object, required
from .http.error_body import ErrorBody
from .http.limits import MAX_SERVERS
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.transport import Transport
from .models.account import Account, Pin, Resource
from .time_slices import parse_in_slices

PLEX_TV: Final = "https://plex.tv"
APPROVAL_PAGE: Final = "https://app.plex.tv/auth"
_MIN_INTERVAL_SECONDS: Final = 0.2
"""Between requests, at most five a second; plex.tv publishes no limits."""
_PIN_POLL_SECONDS: Final = 1.0
"""Between polls of a sign-in, as Plex's documentation demands."""
_FIRST_PLEX_TV_CODE: Final = 1000
"""The lowest of plex.tv's own error codes (1001, 1003, 1020 ...)."""
_PIN_EXPIRED_CODE: Final = 1020


class PlexAccountClient:
    """Send requests to plex.tv.

    Every method raises PlexApiError and nothing else: any kind may occur. AUTHENTICATION is
    raised only for an error body of plex.tv itself. Its outages are empty 401s and 404s, and
    web pages (seen September 2026), which say nothing about the token.
    """

    def __init__(
        self,
        session: ClientSession,
        token: str | None = None,
        *,
        identity: ClientIdentity,
        rate_limiters: RateLimiterRegistry,
        policy: RetryPolicy | None = None,
        url: str = PLEX_TV,
        approval_page: str = APPROVAL_PAGE,
    ) -> None:
        """Use the account of the token, or none while signing in.

        The session is never closed here. `rate_limiters` must be one object for all clients
        of a process. `url` and `approval_page` are replaced in tests.

        Raises:
            PlexApiError: AUTHENTICATION, UNUSABLE_TOKEN for a token that no header can carry.

        """
        base_url = URL(url)
        rate_limiters.limiter_for(base_url).min_interval = _MIN_INTERVAL_SECONDS
        self._identity = identity
        self._approval_page = URL(approval_page)
        self._clock = rate_limiters.clock
        self._transport = Transport(
            session,
            base_url,
            token=token,
            identity=identity,
            rate_limiters=rate_limiters,
            policy=policy or RetryPolicy(),
            label="plex.tv",
            classify=classify_plex_tv_error,
        )

    async def create_pin(self) -> Pin:
        """Start a sign-in (POST /api/v2/pins?strong=true); needs no token.

        Raises:
            PlexApiError: sent once, because POST is not idempotent.

        """
        return await self._transport.request(
            "POST", "/api/v2/pins", required(Pin.parse, decode_object), params={"strong": "true"}
        )

    def approval_url(self, pin: Pin, forward_url: str | None = None) -> str:
        """Return the page where the user approves the sign-in; it returns to `forward_url`."""
        query = {
            "clientID": self._identity.client_identifier,
            "code": pin.code,
            "context[device][product]": self._identity.product,
        }
        if forward_url is not None:
            query["forwardUrl"] = forward_url
        return f"{self._approval_page}#?{urlencode(query)}"

    async def get_pin(self, pin: Pin) -> Pin:
        """Return the state of a sign-in (GET /api/v2/pins/{id}); needs no token.

        Raises:
            PlexApiError: CLIENT with code 1020 if it expired or was denied.

        """
        return await self._transport.request(
            "GET", f"/api/v2/pins/{pin.id}", required(Pin.parse, decode_object)
        )

    async def wait_for_approval(self, pin: Pin) -> str | None:
        """Return the account's token once the sign-in is approved, None if it expires first.

        Polls once a second (GET /api/v2/pins/{id}). Transient failures are ignored, and a
        rate limit is waited for.

        Raises:
            PlexApiError: a failure that is neither transient nor PROTOCOL.

        """
        try:
            async with self._clock.timeout(pin.lifetime.total_seconds()):
                return await self._poll_pin(pin)
        except TimeoutError:
            return None

    async def _poll_pin(self, pin: Pin) -> str | None:
        """Return the token once the sign-in has one, None if it expired or was denied."""
        while True:
            try:
                if (token := (await self.get_pin(pin)).auth_token) is not None:
                    return token
            except PlexApiError as err:
                if err.code == _PIN_EXPIRED_CODE:
                    return None
                # During an outage plex.tv may send a web page with a status of success.
                if not err.is_transient and err.kind is not PlexErrorKind.PROTOCOL:
                    raise
            await self._clock.sleep(_PIN_POLL_SECONDS)

    async def get_account(self) -> Account:
        """Return the account of the token (GET /api/v2/user).

        Raises:
            PlexApiError: AUTHENTICATION if plex.tv itself says that the token is invalid.

        """
        return await self._transport.request(
            "GET", "/api/v2/user", required(Account.parse, decode_object)
        )

    async def get_servers(self) -> tuple[Resource, ...]:
        """Return the servers that the account owns or shares (GET /api/v2/resources).

        Raises:
            PlexApiError: AUTHENTICATION if plex.tv itself says that the token is invalid.

        """
        listed = await self._transport.request(
            "GET",
            "/api/v2/resources",
            decode_list,
            params={"includeHttps": 1, "includeRelay": 1, "includeIPv6": 1},
        )
        # Players are in the list, too.
        return (await parse_in_slices(listed, Resource.parse))[:MAX_SERVERS]


def classify_plex_tv_error(
    endpoint: str, status: int, error: ErrorBody, redirect: Redirect
) -> PlexApiError:
    """Classify an error response of plex.tv, which reports outages with arbitrary statuses."""
    failure = status_failure(endpoint, status, error, redirect)
    is_from_plex_tv = error.code is not None and error.code >= _FIRST_PLEX_TV_CODE
    match status:
        case 422 if "invalid token" in failure.message.lower():
            return failure.replace(kind=PlexErrorKind.AUTHENTICATION)
        case 401 | 403 | 404 if not is_from_plex_tv:
            return failure.replace(kind=PlexErrorKind.SERVER)
        case 403:
            return failure.replace(kind=PlexErrorKind.CLIENT)
        case _:
            return failure
