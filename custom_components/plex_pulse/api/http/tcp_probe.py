"""Check that a host accepts TCP connections, without sending anything."""

import asyncio
from contextlib import suppress
import socket

from yarl import URL

from ..errors import PlexApiError, PlexErrorKind, PlexErrorReason
from .classify import timeout_failure
from .clock import Clock

_ENDPOINT = "TCP connection"


async def probe_tcp(url: URL, clock: Clock, seconds: float) -> None:
    """Open and close a TCP connection to the host of `url`.

    Nothing is sent, so this is allowed while a Retry-After forbids requests.

    Raises:
        PlexApiError: NETWORK if the connection is refused, or not accepted in that many seconds.

    """
    try:
        async with clock.timeout(seconds):
            _, writer = await asyncio.open_connection(url.raw_host, url.port)
    except TimeoutError:
        failure = timeout_failure(_ENDPOINT)
    except OSError as err:
        is_unknown_host = isinstance(err, socket.gaierror)
        failure = PlexApiError(
            PlexErrorKind.NETWORK,
            "The server cannot be reached",
            endpoint=_ENDPOINT,
            reason=(
                PlexErrorReason.UNKNOWN_HOST if is_unknown_host else PlexErrorReason.UNREACHABLE
            ),
        )
    else:
        # Aborted, not closed: a frozen server would never finish an orderly close of TLS.
        writer.transport.abort()
        with suppress(OSError):
            await writer.wait_closed()
        return
    raise failure
