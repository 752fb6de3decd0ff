"""Whether the token may read the sessions, which Plex limits to the owner of the server."""

from contextlib import suppress
from typing import Final

from ..api import Clock, PlexApiError, PlexServerClient
from .features import as_server_error

_RETRY_SECONDS: Final = 3600.0
"""How often a token without session access is tried again."""


class SessionPermission:
    """Distinguishes a shared user's token from one that is refused."""

    def __init__(self, client: PlexServerClient, clock: Clock) -> None:
        """Expect the owner's token until the server refuses the sessions."""
        self._client = client
        self._clock = clock
        self._next_check = clock.monotonic() + _RETRY_SECONDS
        self.is_granted = True

    async def async_handle_refusal(self, refusal: PlexApiError, *, was_granted: bool) -> None:
        """Record that the token is valid, but may not read the sessions.

        Older servers answer 401 and newer ones 403 to a shared user here; only an endpoint
        that is open to every valid token shows whether this one is still valid. `was_granted`
        is True if the token has read the sessions before.

        Raises:
            PlexApiError: the token is refused there, too; or it could read the sessions
                before, and as rights do not shrink, the server is in trouble.

        """
        await self._client.get_libraries()
        if was_granted:
            raise as_server_error(refusal)
        self.is_granted = False

    async def async_recheck(self) -> bool:
        """Try again once an hour; return whether the sessions can be read after all.

        A server that was still starting may have refused by mistake.
        """
        now = self._clock.monotonic()
        if now < self._next_check:
            return False
        self._next_check = now + _RETRY_SECONDS
        with suppress(PlexApiError):
            await self._client.get_sessions()
            return True
        return False
