"""What plays now, and with it whether the server is there at all."""

import asyncio
from collections.abc import Coroutine
from contextlib import suppress
from typing import TYPE_CHECKING, Final, override

from homeassistant.core import HomeAssistant, callback

from ..api import (
    PlayingNotification,
    PlexApiError,
    PlexErrorKind,
    PlexServerClient,
    RetryPolicy,
    Session,
    TranscodeNotification,
)
from ..const import LIVENESS_INTERVAL, PUSHED_SESSIONS_INTERVAL, SESSIONS_INTERVAL
from ..shared_state import async_get_shared
from .base import PlexPulseCoordinator
from .health import HealthCoordinator
from .poll_interval import PollInterval
from .session_refresh import SessionRefresher
from .session_updates import STOPPED, apply_playing, apply_transcode, converts, fits, is_known

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_QUESTION: Final = 3600.0
"""Seconds between two questions whether a token may see the sessions after all."""
_SURE: Final = 60.0
"""Seconds for which a server that answered is taken for the same one."""
_LOOK: Final = RetryPolicy(max_retries=1, attempt_timeout=5, total_timeout=8)
"""For the look at a server whose notifications ended: gone or not is wanted in seconds."""
_FAREWELL: Final = 10.0
"""Seconds for which a session that has stopped is not taken for running if still listed."""


class SessionsCoordinator(PlexPulseCoordinator[tuple[Session, ...]]):
    """Read the sessions; where the token may not, only look whether the server answers."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
    ) -> None:
        """Expect the owner's token until the server says otherwise."""
        # Notifications may go on while requests fail; only a poll finds the end of that.
        pace = PollInterval(SESSIONS_INTERVAL, after_failure=SESSIONS_INTERVAL)
        super().__init__(hass, entry, client, health, name="sessions", pace=pace)
        self.can_read_sessions = True
        self._must_look = False
        self._clock = async_get_shared(hass).rate_limiters.clock
        # The libraries, read just before, came with the server's identifier.
        self._sure_until = self._clock.monotonic() + _SURE
        self._next_question = self._clock.monotonic() + _QUESTION
        # An answer that was asked for earlier must not replace a later one.
        self._reading = asyncio.Lock()
        self._meanwhile: list[PlayingNotification] = []
        self._stopped: dict[str, float] = {}
        self._reads = SessionRefresher(self._clock, self._async_read_for_push, self._async_start)

    @override
    async def _async_fetch(self) -> tuple[Session, ...]:
        """Return the sessions, one read after the other."""
        async with self._reading:
            return await self._async_read()

    async def _async_read(self) -> tuple[Session, ...]:
        """Return the sessions, none at all where they are not for this token."""
        is_well = self._is_well
        if not (self._is_sure and self.can_read_sessions):
            await self._async_verify()
        if not self.can_read_sessions:
            await self._async_ask_again()
            return ()
        self._meanwhile.clear()
        try:
            sessions = await self.client.get_sessions()
        except PlexApiError as err:
            if err.kind is not PlexErrorKind.AUTHENTICATION:
                raise
            refusal = err
        else:
            sessions = self._with_news(sessions)
            if is_well and not self._health.data.connected:
                # Another poll has met another server meanwhile; these may be its sessions.
                await self.client.verify_identity(self.machine_identifier)
            return sessions
        # Older servers say 401 and newer ones 403 to a shared user here; only an
        # endpoint open to every valid token tells whether this one still is.
        await self.client.get_libraries()
        if self._known is not None:
            # It could see them before: rights do not shrink, the server is unwell.
            raise PlexApiError(
                PlexErrorKind.SERVER,
                refusal.message,
                endpoint=refusal.endpoint,
                status=refusal.status,
            )
        self.can_read_sessions = False
        self._pace = PollInterval(LIVENESS_INTERVAL)
        return ()

    @property
    def _is_well(self) -> bool:
        """Return whether the server answered last time."""
        return self.last_failure is None and self._health.data.connected

    @property
    def _is_sure(self) -> bool:
        """Return whether the server at the address is known to be this one.

        While it was away its address may have gone to another server, which a token of the
        same owner would read just as well. Notifications end with a server; without them
        nothing tells that another took its place between two polls.
        """
        is_met = self._health.data.push or self._clock.monotonic() < self._sure_until
        return self._is_well and is_met and not self._must_look

    async def async_ensure_identity(self) -> None:
        """Return if this server was met within the last minute, tells of itself, or is met now.

        Raises:
            PlexApiError: nobody, or another server, was met.

        """
        if not self._is_sure:
            await self._async_verify()

    async def _async_verify(self) -> None:
        """Meet the server, and remember when."""
        await self.client.verify_identity(
            self.machine_identifier, policy=_LOOK if self._must_look else None
        )
        self._must_look = False
        self._sure_until = self._clock.monotonic() + _SURE

    async def _async_read_for_push(self) -> bool:
        """Read out of turn; return whether that succeeded."""
        await self.async_refresh()
        return self.last_update_success

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Let notifications take the place of most polls, for as long as they come.

        The poll that is due anyway, within ten seconds, reads what was missed before.
        """
        self._reads.forget()
        self._stopped.clear()
        polled = SESSIONS_INTERVAL if self.can_read_sessions else LIVENESS_INTERVAL
        self._pace.rebase(PUSHED_SESSIONS_INTERVAL if is_connected else polled)
        if is_connected:
            # A server that is there again need not be taken for lost until the next poll,
            # and what is being read may be from before.
            if not self.last_update_success or self._reading.locked():
                self._async_start(self.async_refresh())
            return
        # A server that went away is found out within seconds, and its return as soon.
        self.update_interval = self._pace.interval
        self._must_look = True
        self._async_start(self.async_refresh())

    @callback
    def async_handle_playing(self, notification: PlayingNotification) -> None:
        """Take over what a session does, or read what is not known of it."""
        if not self.can_read_sessions:
            return
        key = notification.session_key
        if self._reading.locked():
            self._meanwhile.append(notification)
        if notification.state == STOPPED:
            self._reads.forget(key)
            self._stopped[key] = self._clock.monotonic() + _FAREWELL
        else:
            self._stopped.pop(key, None)
        if self.last_update_success and is_known(self.data, notification):
            self._async_set(apply_playing(self.data, notification))
        if not (self.last_update_success and fits(self.data, notification)):
            subject = f"{notification.rating_key} {notification.transcode_key}"
            self._reads.wish(key, subject, lambda: fits(self.data, notification))

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Take over what a conversion has become, or read who is served otherwise now."""
        if not (self.can_read_sessions and self.last_update_success):
            return
        key = notification.key
        is_known = converts(self.data, key)
        has_ended = notification.event == "end"
        if has_ended is is_known and notification.event in {"start", "end"}:
            # Not every server names the conversion where it tells what plays.
            self._reads.wish(
                f"transcode {key}",
                notification.event,
                lambda: converts(self.data, key) is not has_ended,
                looks_again=False,
            )
        elif is_known:
            self._async_set(apply_transcode(self.data, notification))

    def _with_news(self, sessions: tuple[Session, ...]) -> tuple[Session, ...]:
        """Return the sessions with what was told since the server was asked for them."""
        for notification in self._meanwhile:
            if is_known(sessions, notification):
                sessions = apply_playing(sessions, notification)
        now = self._clock.monotonic()
        self._stopped = {key: until for key, until in self._stopped.items() if until > now}
        return tuple(session for session in sessions if session.session_key not in self._stopped)

    @callback
    def _async_start(self, run: Coroutine[None, None, None]) -> None:
        """Run reads beside everything else, until the entry is unloaded."""
        self.config_entry.async_create_background_task(self.hass, run, f"{self.name} - reads")

    @callback
    def _async_set(self, sessions: tuple[Session, ...]) -> None:
        """Keep the sessions without touching the timer of the safety poll."""
        if sessions != self.data:
            self.data = self._known = sessions
            self.async_update_listeners()

    async def _async_ask_again(self) -> None:
        """Find out, once an hour, whether the refusal was a whim of a server that started."""
        now = self._clock.monotonic()
        if now < self._next_question:
            return
        self._next_question = now + _QUESTION
        with suppress(PlexApiError):
            await self.client.get_sessions()
            self.hass.config_entries.async_schedule_reload(self.config_entry.entry_id)

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Report liveness as well."""
        self._health.async_record_poll(
            self._key, self.last_failure, liveness_interval=self.update_interval
        )
