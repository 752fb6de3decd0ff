"""plex.tv: sign-ins, the account behind a token, the servers it may use.

Everything here may fail without harm: what a Media Server told us stays true.
"""

from typing import Final
from urllib.parse import urlencode

from aiohttp import ClientSession
from yarl import URL

from .errors import PlexApiError, PlexErrorKind
from .http.classify import Redirect, status_failure
from .http.decode import decode_list, decode_object, required
from .http.error_body import ErrorBody
from .http.rate_limiter import RateLimiterRegistry
from .http.request import ClientIdentity
from .http.retry import RetryPolicy
from .http.transport import Transport
from .models.account import Account, Pin, Resource

PLEX_TV: Final = "https://plex.tv"
APPROVAL_PAGE: Final = "https://app.plex.tv/auth"
_MIN_INTERVAL_SECONDS: Final = 0.2
"""Seconds between requests: five a second at most. plex.tv publishes no limits."""
_PIN_POLL_SECONDS: Final = 1.0
"""Seconds between looks at a sign-in, as Plex's documentation asks for."""
_FIRST_PLEX_TV_CODE: Final = 1000
"""plex.tv's own error numbers begin here (1001, 1003, 1020 ...)."""
_PIN_EXPIRED_CODE: Final = 1020


class PlexAccountClient:
    """The account side of Plex.

    Every method raises PlexApiError and nothing else. AUTHENTICATION is raised only
    where plex.tv itself says so in its own words: its outages are empty 404s and web
    pages (seen September 2026), and cost nobody a token.
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
        """Speak for an account, or for nobody yet while signing in."""
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
        """Begin a sign-in (POST /api/v2/pins?strong=true)."""
        return await self._transport.request(
            "POST", "/api/v2/pins", required(Pin.parse, decode_object), params={"strong": "true"}
        )

    def approval_url(self, pin: Pin, forward_url: str | None = None) -> str:
        """Return the page where somebody approves the sign-in, and comes back from."""
        query = {
            "clientID": self._identity.client_identifier,
            "code": pin.code,
            "context[device][product]": self._identity.product,
        }
        if forward_url is not None:
            query["forwardUrl"] = forward_url
        return f"{self._approval_page}#?{urlencode(query)}"

    async def get_pin(self, pin: Pin) -> Pin:
        """Return how a sign-in stands (GET /api/v2/pins/{id}).

        Raises:
            PlexApiError: CLIENT with code 1020 when it has expired or was denied.

        """
        return await self._transport.request(
            "GET", f"/api/v2/pins/{pin.id}", required(Pin.parse, decode_object)
        )

    async def wait_for_approval(self, pin: Pin) -> str | None:
        """Return the account's token once the sign-in is approved, None if it never is.

        Looks once a second until the sign-in expires. Failures that pass are waited
        out; plex.tv's wish for silence is kept by its gate.

        Raises:
            PlexApiError: a failure that does not pass.

        """
        try:
            async with self._clock.timeout(pin.lifetime.total_seconds()):
                return await self._poll_pin(pin)
        except TimeoutError:
            return None

    async def _poll_pin(self, pin: Pin) -> str | None:
        """Return the token when it is there, None when the sign-in is not any more."""
        while True:
            try:
                if (token := (await self.get_pin(pin)).auth_token) is not None:
                    return token
            except PlexApiError as err:
                if err.code == _PIN_EXPIRED_CODE:
                    return None
                # An outage's web page may claim success; the next look may tell more.
                if not err.is_transient and err.kind is not PlexErrorKind.PROTOCOL:
                    raise
            await self._clock.sleep(_PIN_POLL_SECONDS)

    async def get_account(self) -> Account:
        """Return the account the token belongs to (GET /api/v2/user)."""
        return await self._transport.request(
            "GET", "/api/v2/user", required(Account.parse, decode_object)
        )

    async def get_servers(self) -> tuple[Resource, ...]:
        """Return the servers the account may use (GET /api/v2/resources)."""

        def decode(body: bytes) -> tuple[Resource, ...]:
            found = (Resource.parse(fields) for fields in decode_list(body))
            return tuple(resource for resource in found if resource is not None)

        return await self._transport.request(
            "GET",
            "/api/v2/resources",
            decode,
            params={"includeHttps": 1, "includeRelay": 1, "includeIPv6": 1},
        )


def classify_plex_tv_error(
    endpoint: str, status: int, error: ErrorBody, redirect: Redirect
) -> PlexApiError:
    """Return the failure for an answer of plex.tv, whose outages wear any status."""
    failure = status_failure(endpoint, status, error, redirect)
    speaks = error.code is not None and error.code >= _FIRST_PLEX_TV_CODE
    match status:
        case 422 if "invalid token" in failure.message.lower():
            return failure.replace(kind=PlexErrorKind.AUTHENTICATION)
        case 401 | 403 | 404 if not speaks:
            return failure.replace(kind=PlexErrorKind.SERVER)
        case 403:
            return failure.replace(kind=PlexErrorKind.CLIENT)
        case _:
            return failure
