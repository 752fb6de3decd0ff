"""Whether a server that went silent on plain http has come to insist on https."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from ..repairs import Issue, async_set_issue
from ..runtime_data import PlexPulseConfigEntry
from .validation import async_wants_https

_MISSES = 3
"""Looks in a row that found nobody: a server that starts over takes no longer."""


async def async_check_https_required(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Tell the user if the server answers on https alone; says nothing of the token."""
    url = URL(entry.data[CONF_URL])
    is_required = url.scheme == "http" and await async_wants_https(hass, url, entry.unique_id)
    async_set_issue(hass, entry, Issue.SECURE_CONNECTIONS, active=is_required)


@callback
def async_watch_https_required(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Look once in each outage, and forget it with the server's return."""
    health = entry.runtime_data.health
    has_looked = False

    @callback
    def health_changed() -> None:
        """Look as soon as it is no hiccup."""
        nonlocal has_looked
        if health.data.connected:
            has_looked = False
            async_set_issue(hass, entry, Issue.SECURE_CONNECTIONS, active=False)
        elif health.data.misses >= _MISSES and not has_looked:
            has_looked = True
            entry.async_create_background_task(
                hass, async_check_https_required(hass, entry), f"{entry.title} looks for https"
            )

    entry.async_on_unload(health.async_add_listener(health_changed))
