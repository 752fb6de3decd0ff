"""The requests that show whether the server answers; `liveness.py` decides when to send them."""

import asyncio
from contextlib import suppress
from typing import Final

from ..api import Clock, PlexApiError, PlexErrorReason, PlexServerClient, RetryPolicy
from .identity import IdentityVerifier

_CHECK_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=13, total_timeout=13)
"""A frozen server is detected within 30 s without push, and within 15 s of the end of a websocket
that it closed; one that responds within 13 s is no outage."""
_QUICK_CHECK_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=3.5, total_timeout=5)
"""For the check after a ping was not answered: an outage must show within 15 s of the last frame.
The second request is answered if the server was frozen only for a moment."""
_OUTAGE_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=13, total_timeout=13)
"""For an outage of a server, or a proxy, that answers with failures: the next check repeats it."""
_RESEND_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=5, total_timeout=5)
"""For the requests that are sent beside the one of a check that takes long."""
_TCP_TIMEOUT_SECONDS: Final = 5.0


class LivenessRequests:
    """Sends the requests of a check."""

    def __init__(self, client: PlexServerClient, identity: IdentityVerifier, clock: Clock) -> None:
        """Send them with this client."""
        self._client = client
        self._identity = identity
        self._clock = clock

    async def async_send(self, *, is_quick: bool, is_failing_server: bool) -> None:
        """Verify the identity; during a Retry-After only open and close a TCP connection.

        is_quick: a ping of the websocket was not answered. is_failing_server: the server
        answers, but with failures.

        Raises:
            PlexApiError: the server does not answer, or is another one.

        """
        if self._client.rate_limiter.seconds_until_allowed:
            await self._client.probe_tcp(_TCP_TIMEOUT_SECONDS)
        elif is_quick:
            await self._identity.async_verify(policy=_QUICK_CHECK_POLICY)
        elif is_failing_server:
            await self._async_verify_failing_server()
        else:
            await self._async_verify_repeatedly(_CHECK_POLICY)

    async def _async_verify_failing_server(self) -> None:
        """Verify the identity with one request, repeated only if its connection was lost.

        Raises:
            PlexApiError: it failed otherwise.

        """
        try:
            await self._async_verify_repeatedly(_OUTAGE_POLICY)
        except PlexApiError as err:
            if err.reason is not PlexErrorReason.CONNECTION_LOST:
                raise
            # The server has restarted, or a proxy has closed the connection.
            await self._async_verify_repeatedly(_CHECK_POLICY)

    async def _async_verify_repeatedly(self, policy: RetryPolicy) -> None:
        """Verify the identity, with a further request every 5 s.

        A server that was frozen, or a proxy, may never answer a request that was sent meanwhile,
        and a router may have dropped a connection; a slow server may need longer than 5 s. Two
        requests are in flight at most. `policy` is that of the first request.

        Raises:
            PlexApiError: none was answered in the time of one check, or one failed otherwise.

        """
        waiting = asyncio.timeout(None)

        def stop_waiting(_further: asyncio.Task[None]) -> None:
            """Use the result of a further request."""
            waiting.reschedule(asyncio.get_running_loop().time())

        further = asyncio.create_task(self._async_send_further_requests())
        further.add_done_callback(stop_waiting)
        try:
            async with waiting:
                await self._identity.async_verify(policy=policy)
        except TimeoutError:
            await further
        finally:
            further.remove_done_callback(stop_waiting)
            further.cancel()

    async def _async_send_further_requests(self) -> None:
        """Verify the identity every 5 s until one request is answered.

        Raises:
            PlexApiError: one failed with more than a timeout.

        """
        with suppress(TimeoutError):
            async with self._clock.timeout(_RESEND_POLICY.total_timeout):
                await asyncio.Event().wait()
        while True:
            try:
                await self._identity.async_verify(policy=_RESEND_POLICY)
            except PlexApiError as err:
                if err.reason is not PlexErrorReason.TIMEOUT:
                    raise
            else:
                return
