"""Base coordinator: adaptive polling, and the mapping of PlexApiError to Home Assistant."""

from abc import abstractmethod
from collections.abc import Coroutine
import logging
from typing import Final, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from ..api import (
    PlexApiError,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
    Record,
    observe_rate_limits,
)
from ..errors import coordinator_error
from .health import HealthCoordinator, may_have_moved
from .identity import IdentityVerifier
from .liveness import LivenessMonitor
from .poll_interval import PollInterval
from .token_check import TokenCheck


class _SuppressOutageMessages(logging.Filter):
    """Drop the base class's outage messages; HealthCoordinator logs one per outage."""

    @override
    def filter(self, record: logging.LogRecord) -> bool:
        """Keep DEBUG lines, and unexpected exceptions with their traceback."""
        return record.levelno == logging.DEBUG or record.exc_info is not None


_LOGGER: Final = logging.getLogger(__name__)
_LOGGER.addFilter(_SuppressOutageMessages())

_RUNNING_STATES: Final = frozenset({ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.LOADED})
_REACHABLE_KINDS: Final = frozenset({PlexErrorKind.AUTHENTICATION, PlexErrorKind.RATE_LIMIT})
"""Failures of a server that responds; any other failure triggers a check of its liveness."""


class CoordinatorContext(Record):
    """Objects that every coordinator of an entry needs."""

    hass: HomeAssistant
    entry: ConfigEntry
    client: PlexServerClient
    health: HealthCoordinator
    identity: IdentityVerifier
    liveness: LivenessMonitor


class PlexPulseCoordinator[DataT](DataUpdateCoordinator[DataT]):
    """One poll of one server, with an interval of its own."""

    config_entry: ConfigEntry

    def __init__(
        self, context: CoordinatorContext, *, name: str, poll_interval: PollInterval
    ) -> None:
        """Poll at the base interval at first; `name` identifies the poll in health and log."""
        super().__init__(
            context.hass,
            _LOGGER,
            config_entry=context.entry,
            name=f"{context.entry.title} {name}",
            update_interval=poll_interval.interval,
            always_update=False,
        )
        self.client = context.client
        self.health = context.health
        self.last_failure: PlexApiError | None = None
        self._identity = context.identity
        self._liveness = context.liveness
        self._key = name
        self._poll_interval = poll_interval
        self._token_check = TokenCheck(context.hass, context.entry, context.client, name)
        self._is_partial = False
        # `data` has no valid value before the first success.
        self._last_data: DataT | None = None

    @property
    def machine_identifier(self) -> str:
        """Return the machine identifier of the entry's server."""
        return str(self.config_entry.unique_id)

    @property
    def is_address_wrong(self) -> bool:
        """Return whether the last poll found no server, or a different one, at the address."""
        return self.last_failure is not None and may_have_moved(self.last_failure)

    @abstractmethod
    async def _async_fetch(self) -> DataT:
        """Return fresh data, or fail with PlexApiError."""

    @override
    async def _async_update_data(self) -> DataT:
        """Return fresh data, or raise the Home Assistant exception for the failure."""
        with observe_rate_limits() as rate_limits:
            try:
                await self._liveness.async_ensure_connected()
                data = await self._async_fetch()
            except PlexApiError as err:
                raise await self._async_handle_failure(err) from err
        self._liveness.async_answered(self._key)
        if self.last_failure is not None or self._last_data is None:
            # The first success may end a refusal that former coordinators have met.
            self._token_check.async_accepted()
        self.last_failure = None
        if self._is_partial and not rate_limits.responses:
            self._poll_interval.failed()
        else:
            # 429s that were retried inside this poll count as well.
            self._poll_interval.succeeded(rate_limits=rate_limits.responses)
        self._apply_poll_interval()
        self._last_data = data
        return data

    async def _async_handle_failure(
        self, err: PlexApiError
    ) -> UpdateFailed | ConfigEntryAuthFailed:
        """Return the exception for a failed poll, after adapting interval and liveness."""
        self.last_failure = failure = await self._token_check.async_confirm(err)
        if failure.reason is PlexErrorReason.WRONG_SERVER:
            self.health.async_set_connected(failure)
        elif failure.kind not in _REACHABLE_KINDS and failure.attempts:
            self._liveness.async_poll_failed(self._key, failure)
        if failure.kind is PlexErrorKind.RATE_LIMIT:
            self._poll_interval.rate_limited(failure.retry_after, was_sent=failure.attempts > 0)
        elif failure.kind is PlexErrorKind.AUTHENTICATION:
            self._poll_interval.token_refused(is_revoked=self._token_check.is_revoked)
        else:
            self._poll_interval.failed(is_rejected=failure.is_rejected)
        self._apply_poll_interval()
        return coordinator_error(failure, is_token_revoked=self._token_check.is_revoked)

    @property
    def is_available(self) -> bool:
        """Return whether the data is up to date."""
        return self.last_update_success

    @callback
    def _apply_poll_interval(self) -> None:
        """Use the computed interval from the next scheduling on."""
        self.update_interval = self._poll_interval.interval

    @callback
    def _async_set_data(self, data: DataT) -> None:
        """Publish data between two polls; `async_set_updated_data` would postpone the next one."""
        if data != self.data:
            self.data = self._last_data = data
            self.async_update_listeners()

    @callback
    def _async_start(self, work: Coroutine[None, None, None], purpose: str = "refresh") -> None:
        """Run work in the background until the entry is unloaded."""
        async_start_work(self.hass, self.config_entry, work, f"{self.name} - {purpose}")

    @callback
    def _async_record_health(self) -> None:
        """Report the outcome of the poll."""
        self.health.async_record_poll(self._key, self.last_failure)

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Update health before the listeners run, and keep polling after a refused token.

        Entity availability depends on health.
        """
        self._async_record_health()
        # Home Assistant stops polling on ConfigEntryAuthFailed; the server may accept the
        # token again, and only a poll shows it.
        is_refused = isinstance(self.last_exception, ConfigEntryAuthFailed)
        if is_refused and self._listeners and not self.hass.is_stopping:
            self._schedule_refresh()


@callback
def async_start_work(
    hass: HomeAssistant, entry: ConfigEntry, work: Coroutine[None, None, None], name: str
) -> None:
    """Run work in the background until the entry is unloaded, and not after that.

    The end of the websocket reports changes while the tasks of the entry are cancelled. Nothing
    would cancel a task that starts then.
    """
    if hass.is_stopping or entry.state not in _RUNNING_STATES:
        work.close()
    else:
        entry.async_create_background_task(hass, work, name)
