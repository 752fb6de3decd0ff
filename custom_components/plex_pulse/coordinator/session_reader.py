"""Request the sessions from the expected server, with a token that may read them."""

from collections.abc import Callable

from ..api import Clock, PlexApiError, PlexErrorKind, Session
from .base import CoordinatorContext
from .session_permission import SessionPermission


class SessionReader:
    """Sends the requests for the sessions."""

    def __init__(self, context: CoordinatorContext, clock: Clock) -> None:
        """Expect the owner's token until the server refuses the sessions."""
        self._hass = context.hass
        self._entry = context.entry
        self._client = context.client
        self._health = context.health
        self._identity = context.identity
        self._permission = SessionPermission(context.client, clock)

    @property
    def can_read(self) -> bool:
        """Return whether the token may read the sessions."""
        return self._permission.is_granted

    async def async_read(
        self, before_request: Callable[[], None], *, has_read_before: bool
    ) -> tuple[Session, ...]:
        """Return the sessions, none if the token may not read them.

        `before_request` is called when the request is sent. If the token may read them after
        all, the entry is reloaded.

        Raises:
            PlexApiError: the server does not answer, is another one, or refuses a token that
                has read the sessions before.

        """
        if not self.can_read:
            await self._identity.async_verify()
            if await self._permission.async_recheck():
                self._hass.config_entries.async_schedule_reload(self._entry.entry_id)
            return ()
        await self._identity.async_ensure()
        before_request()
        try:
            sessions = await self._client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            await self._permission.async_handle_refusal(err, was_granted=has_read_before)
            return ()
        if self._health.outage is not None:
            # Another check found no server, or a different one, since the request was sent;
            # these may be the sessions of that one.
            await self._identity.async_verify()
        return sessions
