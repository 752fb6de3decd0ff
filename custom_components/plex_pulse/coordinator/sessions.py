"""The active sessions; this poll also decides whether the server counts as connected."""

import asyncio
from contextlib import suppress
from typing import Final, override

from homeassistant.core import callback

from ..api import PlayingNotification, PlexApiError, PlexErrorKind, Session, TranscodeNotification
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from .base import CoordinatorContext, PlexPulseCoordinator
from .features import as_server_error
from .health import SESSIONS
from .poll_interval import PollInterval
from .session_refresh import SessionRefresher
from .session_updates import (
    STOPPED,
    apply_playing,
    apply_transcode,
    has_transcode,
    is_up_to_date,
    matches_item,
)

_PERMISSION_RETRY_SECONDS: Final = 3600.0
"""How often a token without session access is tried again."""
_STOPPED_GRACE_SECONDS: Final = 10.0
"""How long a stopped session is ignored if the server still lists it."""


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Reads the sessions; with a token that may not, checks only whether the server answers."""

    def __init__(self, context: CoordinatorContext) -> None:
        """Expect the owner's token until the server refuses the sessions."""
        # Push may be connected while requests fail; only a poll detects the end of that.
        interval = PollInterval(SESSIONS_INTERVAL, after_failure=SESSIONS_INTERVAL)
        super().__init__(context, name=SESSIONS, poll_interval=interval)
        self.can_read_sessions = True
        self._clock = async_get_shared(self.hass).rate_limiters.clock
        self._next_permission_check = self._clock.monotonic() + _PERMISSION_RETRY_SECONDS
        # A response to an earlier request must not replace that to a later one.
        self._fetch_lock = asyncio.Lock()
        self._pending_notifications: list[PlayingNotification] = []
        self._stopped: dict[str, float] = {}
        self._refresher = SessionRefresher(
            self._clock, self._async_refresh_for_push, self._async_start
        )

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions; one request at a time."""
        async with self._fetch_lock:
            return await self._async_read()

    async def _async_read(self) -> tuple[Session, ...]:
        """Return the sessions, none if the token may not read them."""
        was_well = self._was_well
        if not (self._identity.is_verified and self.can_read_sessions):
            await self._identity.async_verify()
        if not self.can_read_sessions:
            await self._async_recheck_permission()
            return ()
        self._pending_notifications.clear()
        try:
            sessions = await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            return await self._async_check_refusal(err)
        sessions = self._apply_pending(sessions)
        if was_well and not self.health.data.connected:
            # Another poll found a different server meanwhile; these may be its sessions.
            await self.client.verify_identity(self.machine_identifier)
        return sessions

    async def _async_check_refusal(self, refusal: PlexApiError) -> tuple[Session, ...]:
        """Return no sessions if the token is valid but may not read them.

        Older servers answer 401 and newer ones 403 to a shared user here; only an endpoint
        that is open to every valid token tells whether this one is still valid.

        Raises:
            PlexApiError: the token is refused there, too; or it could read the sessions
                before, and as rights do not shrink, the server is in trouble.

        """
        await self.client.get_libraries()
        if self._last_data is not None:
            raise as_server_error(refusal)
        self.can_read_sessions = False
        self._poll_interval = PollInterval(LIVENESS_INTERVAL)
        return ()

    @property
    def _was_well(self) -> bool:
        """Return whether the last poll succeeded and the server is connected."""
        return self.last_failure is None and self.health.data.connected

    async def _async_refresh_for_push(self) -> bool:
        """Refresh between two polls; return whether that succeeded."""
        await self.async_refresh()
        return self.last_update_success

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Poll slowly while push is connected, and at once when it is lost.

        After a reconnect the poll that is due within ten seconds reads what was missed.
        """
        self._refresher.async_discard_all()
        self._stopped.clear()
        polled = SESSIONS_INTERVAL if self.can_read_sessions else LIVENESS_INTERVAL
        self._poll_interval.set_base(PUSHED_SESSIONS_INTERVAL if is_connected else polled)
        if is_connected:
            # After an outage the next poll may be far; a response that is under way may be
            # older than the connection.
            if not self.last_update_success or self._fetch_lock.locked():
                self._async_start(self.async_refresh())
            return
        # Check at once, so that an outage and the recovery both show within seconds.
        self._apply_poll_interval()
        self._identity.async_invalidate()
        self._async_start(self.async_refresh())

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Apply the state of a session, or refresh if it is not known like that."""
        if not self.can_read_sessions:
            return
        key = notification.session_key
        if self._fetch_lock.locked():
            self._pending_notifications.append(notification)
        if notification.state == STOPPED:
            self._refresher.async_discard(key)
            self._stopped[key] = self._clock.monotonic() + _STOPPED_GRACE_SECONDS
        else:
            self._stopped.pop(key, None)
        if self.last_update_success and matches_item(self.data, notification):
            self._async_set_data(apply_playing(self.data, notification))
        if not (self.last_update_success and is_up_to_date(self.data, notification)):
            self._refresher.async_request(
                key,
                f"{notification.rating_key} {notification.transcode_key}",
                lambda: is_up_to_date(self.data, notification),
            )

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Apply a changed transcode, or refresh when one starts or ends."""
        if not (self.can_read_sessions and self.last_update_success):
            return
        key = notification.key
        is_known = has_transcode(self.data, key)
        has_ended = notification.event == "end"
        if has_ended is is_known and notification.event in {"start", "end"}:
            # Not every server names the transcode in its playing notifications.
            self._refresher.async_request(
                f"transcode {key}",
                notification.event,
                lambda: has_transcode(self.data, key) is not has_ended,
                has_retries=False,
            )
        elif is_known:
            self._async_set_data(apply_transcode(self.data, notification))

    def _apply_pending(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the sessions with the notifications that arrived since the request was sent."""
        for notification in self._pending_notifications:
            if matches_item(sessions, notification):
                sessions = apply_playing(sessions, notification)
        now = self._clock.monotonic()
        self._stopped = {key: until for key, until in self._stopped.items() if until > now}
        return tuple(session for session in sessions if session.session_key not in self._stopped)

    async def _async_recheck_permission(self) -> None:
        """Retry once an hour; a server that was still starting may have refused by mistake.

        Reloads the entry on success.
        """
        now = self._clock.monotonic()
        if now < self._next_permission_check:
            return
        self._next_permission_check = now + _PERMISSION_RETRY_SECONDS
        with suppress(PlexApiError):
            await self.client.get_sessions()
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    @override
    def _async_record_health(self) -> None:
        """Report whether the server is connected, too."""
        self.health.async_record_liveness(self.last_failure, self._poll_interval.interval)
