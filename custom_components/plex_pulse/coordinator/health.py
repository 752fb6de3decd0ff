"""Connection health of a server; stays available during an outage."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from typing import Final, Literal, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import ApiStatistics, PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..options import has_shortened_timeouts
from ..repairs import Issue, async_set_issue
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

STATUS_OK: Final = "ok"
SESSIONS: Final = "sessions"
"""The poll that decides whether the server is connected."""

_TIMEOUTS_BEFORE_ISSUE: Final = 5
"""Consecutive timeouts after which a shortened retry policy is reported as the cause."""
_REACHABLE_KINDS: Final = frozenset({PlexErrorKind.RATE_LIMIT, PlexErrorKind.AUTHENTICATION})
"""Failures of a server that is reachable."""


def may_have_moved(failure: PlexApiError) -> bool:
    """Return whether the address leads to no server, or to a different one."""
    return failure.kind is PlexErrorKind.NETWORK or failure.reason is PlexErrorReason.WRONG_SERVER


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiHealth:
    """What the API health entities show."""

    connected: bool = True
    """Whether the server answered the last time, if only with a refusal."""
    consecutive_unreachable: int = 0
    """Checks in a row that did not find this server at its address."""
    failures: Mapping[str, PlexErrorKind] = field(default_factory=dict)
    """Kind of the last failure by poll name, of the polls that failed the last time."""
    statistics: ApiStatistics = field(default_factory=ApiStatistics)
    poll_interval: timedelta | None = None
    push: bool = False
    """Whether the websocket is connected."""

    @property
    def status(self) -> PlexErrorKind | Literal["ok"]:
        """Return "ok" or the kind of the current failure."""
        if self.statistics.blocked_until is not None:
            return PlexErrorKind.RATE_LIMIT
        return next(iter(self.failures.values()), STATUS_OK)


class HealthCoordinator(DataUpdateCoordinator[ApiHealth]):
    """Collects the outcome of every poll; sends no request.

    The one place that logs an outage: one line when the connection is lost and one when it
    is restored.
    """

    config_entry: ConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, client: PlexServerClient) -> None:
        """Start as connected, and update whenever the host's rate limit changes."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title} health")
        self._client = client
        self._failures: dict[str, PlexErrorKind] = {}
        self._connected = True
        self._consecutive_unreachable = 0
        self._timeouts = 0
        self._push = False
        self._poll_interval: timedelta | None = None
        self._outages_logged = async_get_shared(hass).outages_logged
        self.data = ApiHealth()
        entry.async_on_unload(client.rate_limiter.add_listener(self.async_update))

    def is_well(self, name: str) -> bool:
        """Return whether the server is connected and the last poll of that name succeeded."""
        return self._connected and name not in self._failures

    @callback
    def async_record_poll(self, name: str, failure: PlexApiError | None) -> None:
        """Record the outcome of a poll."""
        self._record(name, failure)
        if failure is not None and failure.reason is PlexErrorReason.WRONG_SERVER:
            self._set_connected(failure)
        self.async_update()

    @callback
    def async_record_liveness(self, failure: PlexApiError | None, interval: timedelta) -> None:
        """Record the outcome of the poll that decides whether the server is connected."""
        self._record(SESSIONS, failure)
        self._poll_interval = interval
        is_unreachable = failure is not None and may_have_moved(failure)
        self._consecutive_unreachable = self._consecutive_unreachable + 1 if is_unreachable else 0
        is_reachable = failure is None or failure.kind in _REACHABLE_KINDS
        self._set_connected(None if is_reachable else failure)
        self._update_retry_policy_issue(failure)
        self.async_update()

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Record whether the websocket is connected."""
        self._push = is_connected
        self.async_update()

    @callback
    def async_on_reconnect(self, on_reconnect: Callable[[], None]) -> Callable[[], None]:
        """Call back each time the server is connected again; returns what unsubscribes."""
        was_connected = self.data.connected

        @callback
        def health_changed() -> None:
            """Detect the change from disconnected to connected."""
            nonlocal was_connected
            is_connected = self.data.connected
            has_reconnected = is_connected and not was_connected
            was_connected = is_connected
            if has_reconnected:
                on_reconnect()

        return self.async_add_listener(health_changed)

    @callback
    def async_update(self) -> None:
        """Update the listeners if anything that the entities show has changed."""
        if (health := self._snapshot) != self.data:
            self.async_set_updated_data(health)

    @override
    async def _async_update_data(self) -> ApiHealth:
        """Return the current health; called when a user updates an entity."""
        return self._snapshot

    @property
    def _snapshot(self) -> ApiHealth:
        """Return the current health."""
        return ApiHealth(
            connected=self._connected,
            consecutive_unreachable=self._consecutive_unreachable,
            failures=dict(self._failures),
            statistics=self._client.statistics,
            poll_interval=self._poll_interval,
            push=self._push,
        )

    def _record(self, name: str, failure: PlexApiError | None) -> None:
        """Record a failure by poll name, and update the wrong-server issue."""
        self._failures.pop(name, None)
        if failure is not None:
            self._failures[name] = failure.kind
        is_wrong = failure is not None and failure.reason is PlexErrorReason.WRONG_SERVER
        if failure is None or is_wrong:
            async_set_issue(self.hass, self.config_entry, Issue.WRONG_SERVER, active=is_wrong)

    def _set_connected(self, outage: PlexApiError | None) -> None:
        """Set whether the server is connected, and log the change once.

        While an entry is being set up Home Assistant itself logs why it waits.
        """
        self._connected = outage is None
        entry = self.config_entry
        if outage is None:
            if entry.entry_id in self._outages_logged:
                self._outages_logged.remove(entry.entry_id)
                _LOGGER.info("Connection to %s restored", entry.title)
        elif entry.state is ConfigEntryState.LOADED and entry.entry_id not in self._outages_logged:
            self._outages_logged.add(entry.entry_id)
            _LOGGER.info("Connection to %s lost: %s", entry.title, outage)

    def _update_retry_policy_issue(self, failure: PlexApiError | None) -> None:
        """Raise a repair issue if only the shortened timeouts keep the server from answering."""
        is_timeout = failure is not None and failure.reason is PlexErrorReason.TIMEOUT
        self._timeouts = self._timeouts + 1 if is_timeout else 0
        if failure is None:
            async_set_issue(self.hass, self.config_entry, Issue.RETRY_POLICY, active=False)
        elif self._timeouts >= _TIMEOUTS_BEFORE_ISSUE and has_shortened_timeouts(
            self.config_entry.options
        ):
            async_set_issue(self.hass, self.config_entry, Issue.RETRY_POLICY, active=True)
