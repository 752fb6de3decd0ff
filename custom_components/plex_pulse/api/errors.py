"""The exception of the client, and the kinds and reasons of failures."""

from enum import StrEnum
from typing import Final, override


class PlexErrorKind(StrEnum):
    """What a failed request means to the caller."""

    AUTHENTICATION = "authentication"
    """401 or 403: the token is invalid, or may not do this."""
    RATE_LIMIT = "rate_limit"
    """429, or a Retry-After that lasts longer than the call may take.

    Handlers: `HostRateLimiter.on_failure_response` blocks the host for every client,
    `HostRateLimiter.acquire` and `retry` wait or fail the call, `observe_rate_limits` counts
    for the caller; the integration's `PollInterval.rate_limited` stretches the poll interval.
    """
    SERVER = "server"
    """500 to 599, and Plex's maintenance response: the server fails or is starting."""
    CLIENT = "client"
    """Other 400 to 499, and redirects: the same request will fail again."""
    NETWORK = "network"
    """No complete response: DNS, connect, TLS, reset, timeout, truncated body."""
    PROTOCOL = "protocol"
    """A success that is not a Plex response: HTML, invalid JSON, too large."""


class PlexErrorReason(StrEnum):
    """The exact cause within a kind; each one has translated texts in the integration."""

    BAD_CERTIFICATE = "bad_certificate"
    """The TLS certificate is expired, self-signed or issued for another name."""
    CERTIFICATE_CHANGED = "certificate_changed"
    """The certificate is valid, but not the one that proves the expected server."""
    SECURE_CONNECTION_REQUIRED = "secure_connection_required"
    """Plain http was redirected to https on the same host."""
    STARTING = "starting"
    """The Media Server runs start-up maintenance and rejects all other requests."""
    LOADING = "server_loading"
    """The Media Server answers, but is still loading its plug-ins and libraries."""
    WRONG_SERVER = "wrong_server"
    """A Media Server other than the expected one responds at the address."""
    UNKNOWN_HOST = "unknown_host"
    """The host name does not resolve."""
    TIMEOUT = "timeout"
    """No complete response arrived in time."""
    UNREACHABLE = "unreachable"
    """No connection could be opened: refused, no route, no known address."""
    TLS_FAILED = "tls_failed"
    """Client and server agreed on no TLS version or cipher."""
    CONNECTION_LOST = "connection_lost"
    """The connection ended before the response was complete."""
    BUSY = "busy"
    """Not sent: no slot of the host's rate limiter became free before the deadline."""
    BLOCKED = "blocked"
    """Not sent: the host is rate limited for longer than the call may wait."""
    REDIRECT = "redirect"
    """A redirect, which is never followed."""
    WEB_PAGE = "web_page"
    """HTML instead of JSON, as proxies and routers send it."""
    XML = "xml"
    """XML instead of JSON: a proxy drops the Accept header."""
    INVALID_RESPONSE = "invalid_response"
    """Empty, truncated or invalid JSON, JSON of another shape, or not HTTP at all."""
    TOO_LARGE = "too_large"
    """The body exceeds the limit of its endpoint."""
    NO_DETAIL = "no_detail"
    """An error status without a message in the body."""
    UNUSABLE_TOKEN = "unusable_token"  # noqa: S105 - the name of a reason
    """Not sent: the token has characters that no header can carry."""
    EXTERNAL_IMAGE = "external_image"
    """Not sent: the image is not stored on the Media Server."""
    UNCLAIMED = "unclaimed"
    """The token is refused by a server that is not signed in to an account."""
    TOKEN_REQUIRED = "token_required"  # noqa: S105 - the name of a reason
    """No token was sent, and the server requires one."""
    TOO_OLD = "too_old"
    """The Media Server does not have the endpoint."""


_TRANSIENT_KINDS: Final = frozenset(
    {PlexErrorKind.RATE_LIMIT, PlexErrorKind.SERVER, PlexErrorKind.NETWORK}
)
_STATUS_CLASS_CLIENT: Final = 4
_PERMANENT_REASONS: Final = frozenset(
    {PlexErrorReason.BAD_CERTIFICATE, PlexErrorReason.CERTIFICATE_CHANGED}
)


class PlexApiError(Exception):
    """A failed request to Plex. Its attributes are read-only; `replace` returns a changed copy."""

    kind: Final[PlexErrorKind]
    """What the failure means to the caller."""
    message: Final[str]
    """The server's words without markup, at most 200 characters, redacted.

    English text of this client where `reason` is set.
    """
    endpoint: Final[str]
    """Method and path; never a host or a query."""
    status: Final[int | None]
    """HTTP status, None without a response."""
    code: Final[int | None]
    """Plex's own number from the body (plex.tv 1001, maintenance 503 ...), if any."""
    retry_after: Final[float | None]
    """Seconds until the host may be sent another request, None if it did not limit them."""
    attempts: Final[int]
    """Requests that were sent for the call, 0 if it failed before the first."""
    reason: Final[PlexErrorReason | None]
    """The exact cause; None if only the server's message explains the failure."""

    def __init__(
        self,
        kind: PlexErrorKind,
        message: str,
        *,
        endpoint: str,
        status: int | None = None,
        code: int | None = None,
        retry_after: float | None = None,
        attempts: int = 1,
        reason: PlexErrorReason | None = None,
    ) -> None:
        """Set the attributes, once."""
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.endpoint = endpoint
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.attempts = attempts
        self.reason = reason

    @override
    def __setattr__(self, name: str, value: object) -> None:
        """Set an attribute that has no value yet.

        What Python sets on every exception (traceback, context, notes) stays writable.

        Raises:
            AttributeError: the attribute is read-only.

        """
        if name in self.__dict__ and not name.startswith("__"):
            msg = f"PlexApiError.{name} is read-only, use replace()"
            raise AttributeError(msg)
        super().__setattr__(name, value)

    @property
    def is_transient(self) -> bool:
        """Return whether the same request may succeed a little later."""
        return self.kind in _TRANSIENT_KINDS and self.reason not in _PERMANENT_REASONS

    @property
    def is_rejected(self) -> bool:
        """Return whether a request was answered with a 4xx other than a rate limit."""
        if self.status is None or not self.attempts:
            return False
        is_client_error = self.status // 100 == _STATUS_CLASS_CLIENT
        return is_client_error and self.kind is not PlexErrorKind.RATE_LIMIT

    def replace(
        self,
        *,
        kind: PlexErrorKind | None = None,
        reason: PlexErrorReason | None = None,
        retry_after: float | None = None,
        attempts: int | None = None,
    ) -> PlexApiError:
        """Return a copy with other values; None keeps a value.

        The copy has neither traceback nor context. These would keep alive what the frames
        hold (a body of up to 16 MiB) and aiohttp exceptions, whose text contains the host.
        """
        return PlexApiError(
            self.kind if kind is None else kind,
            self.message,
            endpoint=self.endpoint,
            status=self.status,
            code=self.code,
            retry_after=self.retry_after if retry_after is None else retry_after,
            attempts=self.attempts if attempts is None else attempts,
            reason=self.reason if reason is None else reason,
        )

    @override
    def __str__(self) -> str:
        """Return one line that is safe to log and to show."""
        kind = self.kind.replace("_", " ")
        status = f" {self.status}" if self.status is not None else ""
        return f"{self.endpoint}: {kind}{status}: {self.message}"
