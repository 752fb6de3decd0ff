"""Keep the names of the followed users up to date: accounts are renamed at plex.tv."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
import logging
import math
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_track_time_interval

from ..api import PlexApiError, ServerAccount
from ..const import CONF_FOLLOWED_USERS
from ..devices import DeviceSync
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import async_get_shared
from .attributes import display_name

_LOGGER = logging.getLogger(__name__)

_READ_INTERVAL: Final = timedelta(days=1)
_MIN_INTERVAL_SECONDS: Final = 3600.0
"""Between two reads because of a name in the sessions."""


def account_names(accounts: Iterable[ServerAccount]) -> dict[str, str]:
    """Return the names to show by account id; those that are not unique with the id."""
    names = {
        account.account_id: display_name(account.name) or account.account_id for account in accounts
    }
    # Names are not unique: those made from e-mail addresses may begin alike.
    counts = Counter(names.values())
    return {
        account_id: f"{name} ({account_id})" if counts[name] > 1 else name
        for account_id, name in names.items()
    }


class FollowedNames:
    """Reads the accounts at start, once a day, and when a session shows another name."""

    def __init__(self, hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
        """Serve a loaded entry."""
        self._hass = hass
        self._entry = entry
        self._clock = async_get_shared(hass).rate_limiters.clock
        self._read_at = -math.inf
        self._session_names: dict[str, str] = {}

    @callback
    def async_start(self) -> None:
        """Read now, and follow polls and sessions until the entry is unloaded."""
        runtime = self._entry.runtime_data
        if not (followed_users(self._entry.options) and runtime.sessions.can_read_sessions):
            return
        unload = self._entry.async_on_unload
        unload(runtime.sessions.async_add_listener(self._async_handle_sessions))
        unload(async_track_time_interval(self._hass, self._async_handle_interval, _READ_INTERVAL))
        self._async_start_read()

    @callback
    def _async_handle_interval(self, now: datetime) -> None:
        """Read the accounts once a day, while the server is connected."""
        if self._entry.runtime_data.health.data.connected:
            self._async_start_read()

    @callback
    def _async_handle_sessions(self) -> None:
        """Read the accounts when a followed user appears under a name that is new."""
        followed = followed_users(self._entry.options)
        for session in self._entry.runtime_data.sessions.data:
            user = session.user
            if user is None or user.id not in followed or user.name is None:
                continue
            name = display_name(user.name)
            is_new = self._session_names.get(user.id) != user.name
            is_shown = followed[user.id] in {name, f"{name} ({user.id})"}
            if not is_new or is_shown:
                continue
            # A session may have a display name that the accounts do not: it counts once.
            if self._clock.monotonic() - self._read_at >= _MIN_INTERVAL_SECONDS:
                self._session_names[user.id] = user.name
                self._async_start_read()

    @callback
    def _async_start_read(self) -> None:
        """Read the accounts in the background."""
        self._read_at = self._clock.monotonic()
        self._entry.async_create_background_task(
            self._hass, self._async_read(), f"{self._entry.title} names of users"
        )

    async def _async_read(self) -> None:
        """Store the current names of the followed users, and rename their devices."""
        try:
            accounts = await self._entry.runtime_data.client.get_accounts()
        except PlexApiError as err:
            _LOGGER.debug("%s: the accounts could not be read: %s", self._entry.title, err)
            return
        self._async_rename(account_names(accounts))

    @callback
    def _async_rename(self, names: Mapping[str, str]) -> None:
        """Store names that differ; a user whom the server does not list keeps the last one."""
        options = self._entry.options
        followed = followed_users(options)
        renamed = {account_id: names.get(account_id, name) for account_id, name in followed.items()}
        if renamed == followed:
            return
        self._hass.config_entries.async_update_entry(
            self._entry, options={**options, CONF_FOLLOWED_USERS: renamed}
        )
        DeviceSync(self._hass, self._entry).async_update()
