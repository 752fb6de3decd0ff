"""Retry requests: how often, how soon, and for how long."""

from collections.abc import Awaitable, Callable
import math

from ..errors import PlexApiError, PlexErrorKind
from ..record import Record
from .backoff import exponential_delay
from .clock import Clock


class RetryPolicy(Record):
    """The limits of one call."""

    max_retries: int = 3
    """Retries after the first attempt."""
    base_delay: float = 0.1
    """Seconds before the first retry; doubled for each further one."""
    max_delay: float = 10.0
    """Limit of a delay in seconds."""
    total_timeout: float = 30.0
    """Limit of the whole call in seconds: attempts, bodies and delays together."""
    attempt_timeout: float = 10.0
    """Limit of one attempt in seconds, from connecting to the decoded body."""
    jitter: float = 0.1
    """Share of each delay that is randomly left out, 0 to 1."""
    max_rate_limit_wait: float | None = None
    """Longest wait for the end of a rate limit in seconds; None for the whole call."""
    connect_timeout: float | None = None
    """Limit of connecting, TLS included, in seconds; None for the whole attempt. For callers
    that wait long for a slow server, but not for an address where nothing is."""

    def __post_init__(self) -> None:
        """Check the limits.

        Raises:
            ValueError: a negative or infinite limit, a timeout of zero, jitter above 1.

        """
        limits = (
            self.max_retries,
            self.base_delay,
            self.max_delay,
            self.total_timeout,
            self.attempt_timeout,
            self.jitter,
        )
        if not all(math.isfinite(limit) and limit >= 0 for limit in limits):
            msg = "retry limits must be finite and not negative"
            raise ValueError(msg)
        if not (self.total_timeout and self.attempt_timeout):
            msg = "timeouts must be longer than zero"
            raise ValueError(msg)
        if self.jitter > 1:
            msg = "jitter is a share, from 0 to 1"
            raise ValueError(msg)

    def waits_for_limit(self, seconds: float) -> bool:
        """Return whether the end of a rate limit in that many seconds is waited for."""
        return self.max_rate_limit_wait is None or seconds <= self.max_rate_limit_wait

    def delay(self, retry_number: int) -> float:
        """Return the delay before that retry, counted from 0, in seconds and without jitter."""
        return exponential_delay(self.base_delay, retry_number, self.max_delay)


async def retry[T](
    send: Callable[[int, float], Awaitable[T]],
    *,
    policy: RetryPolicy,
    clock: Clock,
    is_idempotent: bool,
    on_retry: Callable[[PlexApiError, float], None],
) -> T:
    """Return the result of `send`, called again after transient failures of idempotent requests.

    `send` gets the number of the attempt, from 1, and the call's deadline on `clock`. It must
    end by that deadline and raise nothing but PlexApiError. `on_retry` gets the failure and
    the delay in seconds before each retry. A Retry-After replaces the delay of the policy.

    Raises:
        PlexApiError: the last failure, with the number of requests sent in `attempts`;
            RATE_LIMIT if a Retry-After does not end before the deadline, or is longer than
            the policy waits.

    """
    deadline = clock.monotonic() + policy.total_timeout
    attempt_number = requests_sent = 0
    while True:
        attempt_number += 1
        try:
            return await send(attempt_number, deadline)
        except PlexApiError as err:
            failure = err
        requests_sent += failure.attempts
        failure = failure.replace(attempts=requests_sent)

        if failure.retry_after is not None:
            delay = failure.retry_after
        else:
            delay = policy.delay(attempt_number - 1) * (1 - policy.jitter * clock.random())
        fits_in_time = clock.monotonic() + delay < deadline
        if failure.retry_after is not None and not (fits_in_time and policy.waits_for_limit(delay)):
            # Report as RATE_LIMIT, also for a 503: Retry-After is longer than the time left.
            raise failure.replace(kind=PlexErrorKind.RATE_LIMIT)
        can_retry = (
            is_idempotent
            and failure.is_transient
            and attempt_number <= policy.max_retries
            and fits_in_time
        )
        if not can_retry:
            raise failure
        on_retry(failure, delay)
        await clock.sleep(delay)
