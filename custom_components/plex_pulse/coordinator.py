"""Polling by rate and cost; one table from PlexErrorKind to Home Assistant."""

from abc import abstractmethod
import logging
from typing import TYPE_CHECKING, Final, override

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator, UpdateFailed

from .api import PlexApiError, PlexErrorKind, PlexErrorReason, PlexServerClient
from .const import DOMAIN
from .health import HealthCoordinator
from .pace import Pace
from .shared import async_get_shared

if TYPE_CHECKING:
    from .data import PlexPulseConfigEntry

_CERTAIN_REFUSALS: Final = 2
"""Polls in a row; a server that cannot reach its cloud refuses good tokens a while."""

_TRANSLATION_KEYS: Final = {
    PlexErrorKind.AUTHENTICATION: "token_refused",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
    PlexErrorKind.SERVER: "server_failed",
    PlexErrorKind.CLIENT: "request_refused",
    PlexErrorKind.NETWORK: "cannot_connect",
    PlexErrorKind.PROTOCOL: "not_plex",
}


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
        pace: Pace,
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
        # `data` has no honest type before the first success.
        self._known: DataT | None = None

    @abstractmethod
    async def _async_fetch(self) -> DataT:
        """Return fresh data, or fail with PlexApiError."""

    @override
    async def _async_update_data(self) -> DataT:
        """Return fresh data, or what its failure means to Home Assistant."""
        refusals = async_get_shared(self.hass).refusals
        limited_before = self._rate_limits
        try:
            data = await self._async_fetch()
        except PlexApiError as err:
            self.last_failure = err
            if err.kind is PlexErrorKind.RATE_LIMIT:
                self._pace.rate_limited(err.retry_after)
            else:
                self._pace.failed()
            self.update_interval = self._pace.interval
            if err.kind is PlexErrorKind.AUTHENTICATION:
                refusals[self._refusal_key] = await self._async_count_refusal()
                if refusals[self._refusal_key] >= _CERTAIN_REFUSALS:
                    raise ConfigEntryAuthFailed(
                        translation_domain=DOMAIN,
                        translation_key="token_refused",
                        translation_placeholders={"error": err.message},
                    ) from err
            raise self._update_failed(err) from err
        self.last_failure = None
        refusals.pop(self._refusal_key, None)
        if self._rate_limits > limited_before:
            # The 429 was waited out within the poll, and is a wish all the same.
            self._pace.rate_limited(None)
        else:
            self._pace.succeeded()
        self.update_interval = self._pace.interval
        self._known = data
        return data

    @property
    def _rate_limits(self) -> int:
        """Return how many 429 this client has met."""
        return self.client.statistics.failures.get(PlexErrorKind.RATE_LIMIT, 0)

    @property
    def _refusal_key(self) -> tuple[str, str]:
        """Return where the refusals of this poll are counted, over set-up retries too."""
        return (self.config_entry.entry_id, self._key)

    async def _async_count_refusal(self) -> int:
        """Return how many refusals in a row there are, if this one counts at all.

        It does only from a server that is well enough to say who it is.
        """
        before = async_get_shared(self.hass).refusals.get(self._refusal_key, 0)
        try:
            await self.client.get_identity()
        except PlexApiError:
            return before
        return before + 1

    def _update_failed(self, err: PlexApiError) -> UpdateFailed:
        """Return the row of the table for a failure that passes."""
        key = _TRANSLATION_KEYS[err.kind]
        if err.reason is PlexErrorReason.STARTING:
            key = "server_starting"
        # On a first refresh Home Assistant's own set-up retries rule, and without
        # listeners the value would be kept and spoil a later, successful cycle.
        honoured = (
            err.kind is PlexErrorKind.RATE_LIMIT
            and self._listeners
            and self.config_entry.state is ConfigEntryState.LOADED
        )
        return UpdateFailed(
            translation_domain=DOMAIN,
            translation_key=key,
            translation_placeholders={"error": err.message},
            retry_after=self._pace.interval.total_seconds() if honoured else None,
        )

    @callback
    @override
    def _async_refresh_finished(self) -> None:
        """Let health know before the listeners do, who ask it whether we are connected."""
        self._health.async_polled(self._key, self.last_failure)
