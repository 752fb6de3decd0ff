"""Retry a set-up that ended with a refused token, until the token is accepted again.

Home Assistant does not retry after `ConfigEntryAuthFailed`. A server that cannot reach
plex.tv, as after a power cut, refuses valid tokens for minutes.
"""

from datetime import datetime
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..api import Backoff
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
    retries = async_get_shared(hass).setup_retries
    former = retries.get(entry.entry_id)
    if former is not None:
        former.cancel()
    backoff = former.backoff if former else Backoff(_FIRST_DELAY_SECONDS, _MAX_DELAY_SECONDS)
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

    cancel = async_call_later(hass, delay, HassJob(reload, cancel_on_shutdown=True))
    retries[entry.entry_id] = SetupRetry(backoff=backoff, cancel=cancel)


@callback
def async_cancel_setup_retry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Cancel the retries of an entry that was loaded, disabled or removed."""
    if (retry := async_get_shared(hass).setup_retries.pop(entry.entry_id, None)) is not None:
        retry.cancel()
