"""How the talk with a server goes, known also, and above all, while it is away."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, Final, Literal, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

from ..api import ApiStatistics, PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..options import has_shortened_timeouts
from ..repairs import Issue, async_set_issue
from ..shared_state import async_get_shared

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

STATUS_OK: Final = "ok"

_HOPELESS: Final = 5
"""Looks in a row that ran out of time, after which an impatient policy is to blame."""

# Refusals of a server that is plainly there.
_ANSWERED: Final = frozenset({PlexErrorKind.RATE_LIMIT, PlexErrorKind.AUTHENTICATION})


def is_elsewhere(failure: PlexApiError) -> bool:
    """Return whether the server may have moved: nobody, or another, is at its address."""
    return failure.kind is PlexErrorKind.NETWORK or failure.reason is PlexErrorReason.WRONG_SERVER


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiHealth:
    """What the API health entities show.

    connected: the last look at what plays was answered, if only with a refusal.
    failures: polls that failed last time, by name. misses: looks in a row that did not
    find this server at its address. push: notifications come.
    """

    connected: bool = True
    misses: int = 0
    failures: Mapping[str, PlexErrorKind] = field(default_factory=dict)
    statistics: ApiStatistics = field(default_factory=ApiStatistics)
    poll_interval: timedelta | None = None
    push: bool = False

    @property
    def status(self) -> PlexErrorKind | Literal["ok"]:
        """Return ok, or the kind of failure that stands between us and the data."""
        if self.statistics.blocked_until is not None:
            return PlexErrorKind.RATE_LIMIT
        return next(iter(self.failures.values()), STATUS_OK)


class HealthCoordinator(DataUpdateCoordinator[ApiHealth]):
    """Gather the outcome of every poll; asks the server nothing itself.

    The one place that logs an outage: lost once, back once, however many polls see it.
    """

    config_entry: PlexPulseConfigEntry

    def __init__(
        self, hass: HomeAssistant, entry: PlexPulseConfigEntry, client: PlexServerClient
    ) -> None:
        """Start healthy, and hear from the host's gate at once."""
        super().__init__(hass, _LOGGER, config_entry=entry, name=f"{entry.title} health")
        self._client = client
        self._failures: dict[str, PlexErrorKind] = {}
        self._connected = True
        self._lost = async_get_shared(hass).lost
        self._misses = 0
        self._push = False
        self._timeouts = 0
        self._poll_interval: timedelta | None = None
        self.data = ApiHealth()
        entry.async_on_unload(client.rate_limiter.add_listener(self.async_update))

    @callback
    def async_record_poll(
        self,
        name: str,
        failure: PlexApiError | None,
        *,
        liveness_interval: timedelta | None = None,
    ) -> None:
        """Note how a poll ended; the one that shows liveness tells its interval too."""
        is_wrong = failure is not None and failure.reason is PlexErrorReason.WRONG_SERVER
        self._failures.pop(name, None)
        if failure is not None:
            self._failures[name] = failure.kind
        if is_wrong:
            self._connected = False
        if liveness_interval is not None:
            self._connected = failure is None or failure.kind in _ANSWERED
            self._misses = self._misses + 1 if failure and is_elsewhere(failure) else 0
            self._poll_interval = liveness_interval
            self._judge_policy(failure)
        if failure is None or is_wrong:
            async_set_issue(self.hass, self.config_entry, Issue.WRONG_SERVER, active=is_wrong)
        # While an entry is being set up Home Assistant itself says why it waits.
        is_loaded = self.config_entry.state is ConfigEntryState.LOADED
        entry_id = self.config_entry.entry_id
        if failure is not None and is_loaded and entry_id not in self._lost:
            self._lost.add(entry_id)
            _LOGGER.warning("Lost %s: %s", self.config_entry.title, failure)
        elif not self._failures and entry_id in self._lost:
            self._lost.remove(entry_id)
            _LOGGER.info("%s is back", self.config_entry.title)
        self.async_update()

    @callback
    def _judge_policy(self, failure: PlexApiError | None) -> None:
        """Tell the user if the server would answer, were it given the usual time."""
        is_late = failure is not None and failure.reason is PlexErrorReason.TIMEOUT
        self._timeouts = self._timeouts + 1 if is_late else 0
        if failure is None:
            async_set_issue(self.hass, self.config_entry, Issue.RETRY_POLICY, active=False)
        elif self._timeouts >= _HOPELESS and has_shortened_timeouts(self.config_entry.options):
            async_set_issue(self.hass, self.config_entry, Issue.RETRY_POLICY, active=True)

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Note that notifications come, or do not any more."""
        self._push = is_connected
        self.async_update()

    @callback
    def async_update(self) -> None:
        """Tell the entities if anything they show is different now."""
        if (health := self._observation) != self.data:
            self.async_set_updated_data(health)

    @override
    async def _async_update_data(self) -> ApiHealth:
        """Return what is known; somebody asked an entity to update."""
        return self._observation

    @property
    def _observation(self) -> ApiHealth:
        """Return how the talk goes now."""
        return ApiHealth(
            connected=self._connected,
            misses=self._misses,
            failures=dict(self._failures),
            statistics=self._client.statistics,
            poll_interval=self._poll_interval,
            push=self._push,
        )
