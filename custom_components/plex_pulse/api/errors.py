"""The one exception of the client, and the kinds of failure it tells apart."""

from enum import StrEnum
from typing import override


class PlexErrorKind(StrEnum):
    """What a failed request means to whoever asked."""

    AUTHENTICATION = "authentication"
    """The token was refused: 401 or 403."""
    RATE_LIMIT = "rate_limit"
    """The host asked for silence: 429, or a Retry-After that outlasts the call."""
    SERVER = "server"
    """The server is unwell or starting: 500-599, and Plex's maintenance answers."""
    CLIENT = "client"
    """The request was refused for good: other 400-499, and redirects."""
    NETWORK = "network"
    """No complete answer came: DNS, connect, TLS, reset, time-out, cut body."""
    PROTOCOL = "protocol"
    """A success that is not what Plex speaks: HTML, wrong JSON, too large."""


class PlexErrorReason(StrEnum):
    """Situations inside a kind that a person can do something about."""

    BAD_CERTIFICATE = "bad_certificate"
    """The TLS certificate is expired, self-signed or made out to another name."""
    SECURE_CONNECTION_REQUIRED = "secure_connection_required"
    """Plain http was answered with a redirect to https on the same host."""
    STARTING = "starting"
    """The Media Server runs start-up maintenance and answers nothing else yet."""
    WRONG_SERVER = "wrong_server"
    """Another Media Server than the expected one answers at the address."""
    UNKNOWN_HOST = "unknown_host"
    """The host's name does not resolve."""
    PLEX_DIRECT_UNRESOLVED = "plex_direct_unresolved"
    """Names under plex.direct do not resolve, and nothing but them would do."""
    TIMEOUT = "timeout"
    """The server did not answer completely in time."""
    UNREACHABLE = "unreachable"
    """No connection could be opened: refused, no route."""
    TLS_FAILED = "tls_failed"
    """Client and server agreed on no TLS version or cipher."""
    CONNECTION_LOST = "connection_lost"
    """The connection ended before the response was complete."""
    BUSY = "busy"
    """No slot of the host's rate limiter became free before the deadline."""
    BLOCKED = "blocked"
    """Not sent: a Retry-After of the host lasts longer than the call may wait."""
    REDIRECT = "redirect"
    """A redirect, which is never followed."""
    WEB_PAGE = "web_page"
    """HTML instead of JSON, as a proxy or a router sends it."""
    XML = "xml"
    """XML instead of JSON: a proxy drops the Accept header."""
    INVALID_RESPONSE = "invalid_response"
    """Empty, truncated or invalid JSON, or JSON of another shape."""
    TOO_LARGE = "too_large"
    """The body exceeds the limit of its endpoint."""
    NO_DETAIL = "no_detail"
    """An error status without a message in the body."""
    UNUSABLE_TOKEN = "unusable_token"  # noqa: S105 - the name of a reason
    """The token has characters that no header can carry."""


_TRANSIENT_KINDS = frozenset(
    {PlexErrorKind.RATE_LIMIT, PlexErrorKind.SERVER, PlexErrorKind.NETWORK}
)


class PlexApiError(Exception):
    """A request to Plex that failed, in terms of what the caller can do about it.

    kind: the row of the failure table this belongs to.
    status: HTTP status, None when no answer came.
    code: Plex's own number from the body (plex.tv 1001, start-up page 503 ...), if any.
    message: the server's words without markup, at most 200 characters, redacted.
    retry_after: seconds until the host may be asked again, None when it did not say.
    endpoint: method and path, never a host or a query.
    attempts: how many requests were sent before giving up.
    reason: a finer cause inside the kind, where one is known.
    """

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
        """Keep everything a caller may decide on."""
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.endpoint = endpoint
        self.status = status
        self.code = code
        self.retry_after = retry_after
        self.attempts = attempts
        self.reason = reason

    @property
    def is_transient(self) -> bool:
        """Whether the same request may succeed a little later."""
        return self.kind in _TRANSIENT_KINDS and self.reason is not PlexErrorReason.BAD_CERTIFICATE

    @override
    def __str__(self) -> str:
        """Return one line that is safe to log and to show."""
        kind = self.kind.replace("_", " ")
        status = f" {self.status}" if self.status is not None else ""
        return f"{self.endpoint}: {kind}{status}: {self.message}"
