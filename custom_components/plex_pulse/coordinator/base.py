"""Polling by rate and cost; one table from PlexErrorKind to Home Assistant."""

from abc import abstractmethod
from datetime import timedelta
import logging
from typing import TYPE_CHECKING, Final, override

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from ..api import PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from ..const import DOMAIN
from ..shared_state import async_get_shared
from .health import HealthCoordinator, is_elsewhere
from .poll_interval import PollInterval

if TYPE_CHECKING:
    from ..runtime_data import PlexPulseConfigEntry

_REFUSED_INTERVAL: Final = timedelta(minutes=1)
"""Between polls with a token that is refused, until somebody signs in again."""
_CERTAIN_REFUSALS: Final = 2
"""Polls in a row; a server that cannot reach its cloud refuses good tokens a while."""

_REASON_KEYS: Final = {
    PlexErrorReason.STARTING: "server_starting",
    PlexErrorReason.WRONG_SERVER: "wrong_server",
}
_KIND_KEYS: Final = {
    PlexErrorKind.AUTHENTICATION: "token_refused",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "server_failed",
    PlexErrorKind.CLIENT: "request_refused",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.PROTOCOL: "not_plex",
}


def translation_key_for(failure: PlexApiError) -> str:
    """Return which text says what a failure is: the one table."""
    key = _KIND_KEYS[failure.kind]
    return key if failure.reason is None else _REASON_KEYS.get(failure.reason, key)


class _OutagesElsewhere(logging.Filter):
    """Drop the base class's own lines for lost and back: health says them once for all."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what helps a developer: debug lines, and bugs with their traceback."""
        return record.levelno == logging.DEBUG or record.exc_info is not None


_LOGGER = logging.getLogger(__name__)
_LOGGER.addFilter(_OutagesElsewhere())


class PlexPulseCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """One poll of one server, with its own pace."""

    config_entry: PlexPulseConfigEntry

    def __init__(
        self,
        hass: HomeAssistant,
        entry: PlexPulseConfigEntry,
        client: PlexServerClient,
        health: HealthCoordinator,
        *,
        name: str,
        pace: PollInterval,
    ) -> None:
        """Poll at the pace's base at first."""
        super().__init__(
            hass,
            _LOGGER,
            config_entry=entry,
            name=f"{entry.title} {name}",
            update_interval=pace.interval,
            always_update=False,
        )
        self.client = client
        self._health = health
        self._key = name
        self._pace = pace
        self.last_failure: PlexApiError | None = None
        self._has_gaps = False
        # `data` has no honest type before the first success.
        self._known: DataT | None = None

    @abstractmethod
    async def _async_fetch(self) -> DataT:
        """Return fresh data, or fail with PlexApiError."""

    @override
    async def _async_update_data(self) -> DataT:
        """Return fresh data, or what its failure means to Home Assistant."""
        limited_before = self._rate_limits
        try:
            data = await self._async_fetch()
        except PlexApiError as err:
            self.last_failure = failure = await self._async_examine(err)
            if failure.kind is PlexErrorKind.RATE_LIMIT:
                self._pace.rate_limited(failure.retry_after, was_asked=failure.attempts > 0)
            else:
                self._pace.failed()
            self.update_interval = self._pace.interval
            if self._is_refused:
                self.update_interval = max(self.update_interval, _REFUSED_INTERVAL)
            raise self._translate(failure) from failure
        if self.last_failure is not None:
            # Whoever was asked to sign in need not any more.
            for flow in list(self.config_entry.async_get_active_flows(self.hass, {SOURCE_REAUTH})):
                self.hass.config_entries.flow.async_abort(flow["flow_id"])
        self.last_failure = None
        self._refusals = 0
        # What was waited out within the poll was a wish all the same.
        for _ in range(self._rate_limits - limited_before):
            self._pace.rate_limited(None)
        if self._rate_limits == limited_before:
            if self._has_gaps:
                self._pace.failed()
            else:
                self._pace.succeeded()
        self.update_interval = self._pace.interval
        self._known = data
        return data

    @property
    def health(self) -> HealthCoordinator:
        """Return the health of the server this coordinator polls."""
        return self._health

    @property
    def machine_identifier(self) -> str:
        """Return which server the entry is about."""
        return str(self.config_entry.unique_id)

    @property
    def is_elsewhere(self) -> bool:
        """Return whether nobody, or another server, was met at the address last time."""
        return self.last_failure is not None and is_elsewhere(self.last_failure)

    @property
    def _rate_limits(self) -> int:
        """Return how many 429 this client has met."""
        return self.client.statistics.failures.get(PlexErrorKind.RATE_LIMIT, 0)

    @property
    def _refusals(self) -> int:
        """Return how often in a row this poll was refused its token, set-up retries included."""
        return async_get_shared(self.hass).refusals.get((self.config_entry.entry_id, self._key), 0)

    @_refusals.setter
    def _refusals(self, count: int) -> None:
        """Count for longer than this coordinator lives."""
        async_get_shared(self.hass).refusals[self.config_entry.entry_id, self._key] = count

    @property
    def _is_refused(self) -> bool:
        """Return whether it is certain that the token is refused."""
        return self._refusals >= _CERTAIN_REFUSALS

    async def _async_examine(self, failure: PlexApiError) -> PlexApiError:
        """Return the failure, after a second look where a token was refused.

        That counts only from a server that is well enough to say who it is, and is the
        right one; another server would refuse the token with good reason.
        """
        if failure.kind is not PlexErrorKind.AUTHENTICATION:
            self._refusals = 0
            return failure
        try:
            await self.client.verify_identity(self.machine_identifier)
        except PlexApiError as err:
            self._refusals = 0
            return err if err.reason is PlexErrorReason.WRONG_SERVER else failure
        self._refusals += 1
        return failure

    def _translate(self, failure: PlexApiError) -> UpdateFailed | ConfigEntryAuthFailed:
        """Return what a failure is to Home Assistant."""
        key = translation_key_for(failure)
        placeholders = {"error": failure.message}
        is_loaded = self.config_entry.state is ConfigEntryState.LOADED
        if self._is_refused and not is_loaded:
            return ConfigEntryAuthFailed(
                translation_domain=DOMAIN,
                translation_key=key,
                translation_placeholders=placeholders,
            )
        if self._is_refused:
            # That exception would end the polls, and with them all knowledge of whether
            # the server is there, and whether it takes the token again.
            self.config_entry.async_start_reauth(self.hass)
        # On a first refresh Home Assistant's own set-up retries rule, and without
        # listeners the value would be kept and spoil a later, successful cycle.
        honoured = failure.kind is PlexErrorKind.RATE_LIMIT and self._listeners and is_loaded
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders=placeholders,
            retry_after=self._pace.interval.total_seconds() if honoured else None,
        )

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Let health know before the listeners do, who ask it whether we are connected."""
        self._health.async_record_poll(self._key, self.last_failure)
