"""Retry a set-up at a better time than Home Assistant does.

After `ConfigEntryAuthFailed` it does not retry at all. A server that cannot reach plex.tv, as
after a power cut, refuses valid tokens for minutes.

After a rate limit its retries, up to ten minutes apart, have nothing to do with the end of
Retry-After. Those before it fail at once, because the rate limiter sends nothing.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..api import Backoff, HostRateLimiter
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import SetupRetry, async_get_shared
from .refusal import Refusal

_FIRST_DELAY_SECONDS: Final = 60.0
_MAX_DELAY_SECONDS: Final = 3600.0


@callback
def async_schedule_setup_retry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Reload an entry after 1 minute, doubling to an hour with each further one.

    The timer is kept in the shared state: `entry.async_on_unload` runs on a failed set-up.
    """
    backoff = _backoff(hass, entry)
    delay = backoff.next()

    @callback
    def reload(_now: datetime) -> None:
        """Reload the entry, unless it was loaded, disabled or removed meanwhile."""
        current = hass.config_entries.async_get_entry(entry.entry_id)
        if current is None or current.state is not ConfigEntryState.SETUP_ERROR:
            return
        # A reload aborts the reauth flows, so it waits while the user is signing in, but not
        # without limit: a dialog that was closed halfway stays open in Home Assistant.
        flows = current.async_get_active_flows(hass, {SOURCE_REAUTH})
        is_signing_in = any(flow.get("step_id") not in set(Refusal) for flow in flows)
        if is_signing_in and delay < _MAX_DELAY_SECONDS:
            async_schedule_setup_retry(hass, current)
            return
        hass.config_entries.async_schedule_reload(entry.entry_id)

    _schedule(hass, entry, delay, backoff, reload)


@callback
def async_retry_after_rate_limit(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, rate_limiter: HostRateLimiter
) -> None:
    """Reload an entry when its host is not rate limited anymore."""

    @callback
    def reload(_now: datetime) -> None:
        """Reload the entry, unless it was set up, disabled or removed meanwhile."""
        current = hass.config_entries.async_get_entry(entry.entry_id)
        if current is None or current.state is not ConfigEntryState.SETUP_RETRY:
            return
        if any(current.async_get_active_flows(hass, {SOURCE_REAUTH})):
            # A reload would abort them; Home Assistant's own retries do not.
            return
        if rate_limiter.seconds_until_allowed:
            # Another request met a longer rate limit.
            async_retry_after_rate_limit(hass, current, rate_limiter)
        else:
            hass.config_entries.async_schedule_reload(entry.entry_id)

    seconds = rate_limiter.seconds_until_allowed
    _schedule(hass, entry, seconds, _backoff(hass, entry), reload)


def _backoff(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> Backoff:
    """Return the backoff of an entry's retries after a refused token."""
    former = async_get_shared(hass).setup_retries.get(entry.entry_id)
    return former.backoff if former else Backoff(_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS)


@callback
def _schedule(
    hass: HomeAssistant,
    entry: PlexPulseConfigEntry,
    seconds: float,
    backoff: Backoff,
    action: Callable[[datetime], None],
) -> None:
    """Replace the next retry of an entry."""
    retries = async_get_shared(hass).setup_retries
    if (former := retries.get(entry.entry_id)) is not None:
        former.cancel()
    cancel = async_call_later(hass, seconds, HassJob(action, cancel_on_shutdown=True))
    retries[entry.entry_id] = SetupRetry(backoff=backoff, cancel=cancel)


@callback
def async_cancel_setup_retry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Cancel the retries of an entry that was loaded, disabled or removed."""
    if (retry := async_get_shared(hass).setup_retries.pop(entry.entry_id, None)) is not None:
        retry.cancel()
