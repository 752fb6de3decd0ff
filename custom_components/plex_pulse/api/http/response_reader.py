"""Turn a response into its decoded body or a typed failure; report both to the rate limiter."""

from collections.abc import Callable
import logging

from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .classify import Redirect
from .decode import InvalidBodyError, limit_body
from .error_body import ErrorBody, read_error_body
from .limits import MAX_ERROR_BODY_BYTES
from .rate_limiter import HostRateLimiter
from .redact import Redactor
from .request import Request, Response, drop_truncated_token
from .response_log import describe_body, describe_headers

_LOGGER = logging.getLogger(__name__)

type Classify = Callable[[str, int, ErrorBody, Redirect], PlexApiError]
"""Return the failure for a response: endpoint, status, error body, redirect."""


class ResponseReader:
    """Read the responses of one host."""

    def __init__(
        self,
        base_url: URL,
        *,
        rate_limiter: HostRateLimiter,
        label: str,
        classify: Classify,
        redact: Redactor,
    ) -> None:
        """Read with these rules; `label` replaces the host in log lines."""
        self._base_url = base_url
        self._rate_limiter = rate_limiter
        self._label = label
        self._classify = classify
        self._redact = redact

    def read[T](self, request: Request, response: Response, decode: Callable[[bytes], T]) -> T:
        """Return the decoded body of a success, and report it to the rate limiter.

        Raises:
            PlexApiError: the status is an error, or the body cannot be decoded.

        """
        if not response.is_success:
            raise self._response_failure(request, response, self._read_error_body(response))
        try:
            value = decode(limit_body(response.body, request.max_body_bytes))
        except ValueError as err:
            raise self._body_failure(request, response, err) from None
        self._rate_limiter.on_success(request.endpoint)
        return value

    def _response_failure(
        self, request: Request, response: Response, error: ErrorBody
    ) -> PlexApiError:
        """Return the failure that a response reports, and report it to the rate limiter."""
        redirect = Redirect.of(self._base_url, response.status, response.headers.get("Location"))
        failure = self._classify(request.endpoint, response.status, error, redirect)
        retry_after = self._rate_limiter.on_failure_response(
            request.endpoint, failure.kind, response.headers
        )
        return failure.replace(retry_after=retry_after)

    def _body_failure(
        self, request: Request, response: Response, problem: ValueError
    ) -> PlexApiError:
        """Return the failure for a success whose body could not be decoded."""
        error = self._read_error_body(response)
        if error.is_plex_response:
            # The maintenance response of a starting server, which a proxy made a success.
            return self._response_failure(request, response, error)
        return PlexApiError(
            PlexErrorKind.PROTOCOL,
            str(problem),
            endpoint=request.endpoint,
            status=response.status,
            reason=(
                problem.reason
                if isinstance(problem, InvalidBodyError)
                else PlexErrorReason.INVALID_RESPONSE
            ),
        )

    def _read_error_body(self, response: Response) -> ErrorBody:
        """Return what an error body contains; log its beginning and the helpful headers."""
        _LOGGER.debug(
            "%s: error %d headers: %s",
            self._label,
            response.status,
            describe_headers(response.headers, self._redact),
        )
        body = response.body
        if len(body) > MAX_ERROR_BODY_BYTES:
            body = drop_truncated_token(body[:MAX_ERROR_BODY_BYTES])
        text = body.decode("utf-8", "replace")
        # A success that cannot be decoded may be full of names; only markup is logged of it.
        if not response.is_success or text.lstrip().startswith("<"):
            _LOGGER.debug("%s: error body: %s", self._label, describe_body(text, self._redact))
        return read_error_body(text, self._redact)
