"""Connection health of a server; stays available during an outage."""

from collections.abc import Callable, Mapping
from datetime import timedelta
import logging
import math
from types import MappingProxyType
from typing import Final, Literal, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import (
    ApiStatistics,
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    Record,
)
from ..issues import Issue, async_set_issue
from ..shared_state import async_get_shared

_LOGGER = logging.getLogger(__name__)

STATUS_OK: Final = "ok"
SESSIONS: Final = "sessions"
"""Name of the sessions poll."""
IDENTITY: Final = "identity"
"""Name of the check of the server's identity."""

_CONNECTION: Final = "connection"
"""Name of an outage among the failures."""

_MIN_COUNT_GAP_SECONDS: Final = 5.0
_FAILING_BEFORE_LOG_SECONDS: Final = 300.0
"""How long a poll must fail alone before it is logged."""
_TIMEOUTS_BEFORE_ISSUE: Final = 5
"""Consecutive timeouts of a connected server after which its timeouts are reported as too short."""


def may_have_moved(failure: PlexApiError) -> bool:
    """Return whether the address leads to no server, or to a different one.

    Not with a bad certificate: whoever intercepts the connection could cause a move.
    """
    if failure.reason is PlexErrorReason.BAD_CERTIFICATE:
        return False
    return failure.kind is PlexErrorKind.NETWORK or failure.reason is PlexErrorReason.WRONG_SERVER


class ApiHealth(Record):
    """What the API health entities show."""

    connected: bool = True
    """Whether the server answers; see `liveness.py`."""
    consecutive_unreachable: int = 0
    """Checks in a row that did not find this server at its address."""
    failures: Mapping[str, PlexErrorKind] = MappingProxyType({})
    """Kind of an outage, and of the last failure by poll name of the polls that failed last."""
    statistics: ApiStatistics = ApiStatistics()
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

    The one place that logs an outage, or a poll that fails alone: one line when it begins and
    one when it ends.
    """

    config_entry: ConfigEntry

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, client: PlexServerClient) -> None:
        """Start as connected, and update whenever the host's rate limit changes."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title} health")
        self._client = client
        self._failures: dict[str, PlexErrorKind] = {}
        self._failing_since: dict[str, float] = {}
        self._polls_logged: set[str] = set()
        self._consecutive_unreachable = 0
        self._counted_at = -math.inf
        self._timeouts = 0
        self._push = False
        self._poll_interval: timedelta | None = None
        shared = async_get_shared(hass)
        self._clock = shared.rate_limiters.clock
        self._outages_logged = shared.outages_logged
        self.outage: PlexApiError | None = None
        """The failure of the current outage, None while the server is connected."""
        self.data = ApiHealth()
        entry.async_on_unload(client.rate_limiter.add_listener(self.async_update))

    @callback
    def async_record_poll(
        self, name: str, failure: PlexApiError | None, interval: timedelta | None = None
    ) -> None:
        """Record the outcome of a poll, and the interval of the one whose interval is shown."""
        self._failures.pop(name, None)
        # During an outage a failed poll is no failure of its own endpoint.
        if failure is not None and self.outage is None:
            self._failures[name] = failure.kind
        self._log_poll(name, failure)
        if interval is not None:
            self._poll_interval = interval
        if name == SESSIONS:
            self._update_retry_policy_issue(failure)
        self.async_update()

    @callback
    def async_set_connected(self, outage: PlexApiError | None) -> None:
        """Set whether the server is connected, and log the change once.

        While an entry is being set up, Home Assistant itself logs the failure.
        """
        is_wrong = outage is not None and outage.reason is PlexErrorReason.WRONG_SERVER
        is_unreachable = outage is not None and may_have_moved(outage)
        self._count_unreachable(is_unreachable=is_unreachable)
        self.outage = outage
        entry = self.config_entry
        if outage is None or is_wrong:
            async_set_issue(self.hass, entry, Issue.WRONG_SERVER, active=is_wrong)
        if outage is None:
            if entry.entry_id in self._outages_logged:
                self._outages_logged.remove(entry.entry_id)
                _LOGGER.info("Connection to %s restored", entry.title)
        elif entry.state is ConfigEntryState.LOADED and entry.entry_id not in self._outages_logged:
            self._outages_logged.add(entry.entry_id)
            _LOGGER.info("Connection to %s lost: %s", entry.title, outage)
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
        outage = {_CONNECTION: self.outage.kind} if self.outage is not None else {}
        return ApiHealth(
            connected=self.outage is None,
            consecutive_unreachable=self._consecutive_unreachable,
            failures=outage | self._failures,
            statistics=self._client.statistics,
            poll_interval=self._poll_interval,
            push=self._push,
        )

    def _count_unreachable(self, *, is_unreachable: bool) -> None:
        """Count the checks in a row that did not find the server, one in five seconds at most.

        Several polls may fail at the same time; a restart of the server must not count as a
        move because of that.
        """
        if not is_unreachable:
            self._consecutive_unreachable = 0
            self._counted_at = -math.inf
        elif self._clock.monotonic() - self._counted_at >= _MIN_COUNT_GAP_SECONDS:
            self._consecutive_unreachable += 1
            self._counted_at = self._clock.monotonic()

    def _log_poll(self, name: str, failure: PlexApiError | None) -> None:
        """Log once that a poll fails while the server is connected, and once that it works again.

        Rate limits are no failures, and a refused token is logged when it is confirmed.
        """
        if failure is None:
            self._failing_since.pop(name, None)
            if name in self._polls_logged:
                self._polls_logged.remove(name)
                _LOGGER.info("%s: %s can be read again", self.config_entry.title, name)
        elif self.outage is None and failure.kind not in {
            PlexErrorKind.RATE_LIMIT,
            PlexErrorKind.AUTHENTICATION,
        }:
            now = self._clock.monotonic()
            since = self._failing_since.setdefault(name, now)
            if now - since >= _FAILING_BEFORE_LOG_SECONDS and name not in self._polls_logged:
                self._polls_logged.add(name)
                _LOGGER.info("%s: %s cannot be read: %s", self.config_entry.title, name, failure)

    def _update_retry_policy_issue(self, failure: PlexApiError | None) -> None:
        """Raise a repair issue if a connected server does not answer within the total timeout."""
        is_timeout = failure is not None and failure.reason is PlexErrorReason.TIMEOUT
        self._timeouts = self._timeouts + 1 if is_timeout and self.outage is None else 0
        if failure is None or self._timeouts >= _TIMEOUTS_BEFORE_ISSUE:
            async_set_issue(
                self.hass, self.config_entry, Issue.RETRY_POLICY, active=failure is not None
            )
