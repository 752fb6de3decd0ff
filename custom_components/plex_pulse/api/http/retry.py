"""How often, how soon and how long a request is tried again."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
import math

from ..errors import PlexApiError, PlexErrorKind
from .clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """The bounds of one call; all times in seconds.

    max_retries: repetitions after the first attempt.
    base_delay, max_delay: the pause before repetition n is base_delay * 2**n, capped.
    total_timeout: bounds everything, attempts, bodies and pauses together.
    attempt_timeout: bounds one attempt from connect to decoded body.
    jitter: the share of each pause that chance may take off, 0 to 1.
    """

    max_retries: int = 3
    base_delay: float = 0.1
    max_delay: float = 10.0
    total_timeout: float = 30.0
    attempt_timeout: float = 10.0
    jitter: float = 0.1

    def __post_init__(self) -> None:
        """Refuse bounds that no call could keep.

        Raises:
            ValueError: a negative or infinite bound, no time at all, jitter above 1.

        """
        bounds = (
            self.max_retries,
            self.base_delay,
            self.max_delay,
            self.total_timeout,
            self.attempt_timeout,
            self.jitter,
        )
        if not all(math.isfinite(bound) and bound >= 0 for bound in bounds):
            msg = "retry bounds must be finite and not negative"
            raise ValueError(msg)
        if not (self.total_timeout and self.attempt_timeout):
            msg = "time-outs must be longer than zero"
            raise ValueError(msg)
        if self.jitter > 1:
            msg = "jitter is a share, from 0 to 1"
            raise ValueError(msg)

    def delay(self, repetition: int) -> float:
        """Return the pause in seconds before that repetition, counted from 0."""
        try:
            return min(math.ldexp(self.base_delay, repetition), self.max_delay)
        except OverflowError:
            return self.max_delay


async def retry[T](
    send: Callable[[int, float], Awaitable[T]],
    *,
    policy: RetryPolicy,
    clock: Clock,
    is_idempotent: bool,
    on_retry: Callable[[PlexApiError, float], None],
) -> T:
    """Return what `attempt` returns, tried again while that is safe and may help.

    `attempt` is given its number, from 1, and the call's deadline on `clock`. It must
    bound itself by that deadline and fail with PlexApiError only. `on_retry` hears the
    error and the seconds of pause before each repetition.

    Raises:
        PlexApiError: the last failure, with `attempts` the number of requests sent.

    """
    deadline = clock.monotonic() + policy.total_timeout
    number = sent = 0
    while True:
        number += 1
        try:
            return await send(number, deadline)
        except PlexApiError as err:
            failure = err
        sent += failure.attempts
        failure = failure.replace(attempts=sent)
        if failure.retry_after is not None:
            pause = failure.retry_after
        else:
            pause = policy.delay(number - 1) * (1 - policy.jitter * clock.random())
        out_of_time = clock.monotonic() + pause >= deadline
        if out_of_time and failure.retry_after is not None:
            # Whatever the status was, the caller is now kept away by the host's own wish.
            failure = failure.replace(kind=PlexErrorKind.RATE_LIMIT)
        if (
            out_of_time
            or not is_idempotent
            or not failure.is_transient
            or number > policy.max_retries
        ):
            raise failure
        on_retry(failure, pause)
        await clock.sleep(pause)
