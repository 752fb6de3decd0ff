"""Detect a server that stopped answering http because it now requires https."""

from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from ..issues import Issue, async_set_issue
from ..runtime_data import PlexPulseConfigEntry
from .outage import MIN_UNREACHABLE, async_watch_outages
from .server_search import async_answers_https


async def async_check_https_required(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Set the repair issue if the server answers https only; the token is not sent."""
    url = URL(entry.data[CONF_URL])
    is_required = url.scheme == "http" and await async_answers_https(hass, url, entry.unique_id)
    async_set_issue(hass, entry, Issue.SECURE_CONNECTIONS, active=is_required)


@callback
def async_watch_https_required(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Check once per outage, and delete the issue when the server is connected."""

    @callback
    def handle_unreachable(count: int) -> None:
        """Check when the outage is longer than a restart."""
        if count == MIN_UNREACHABLE:
            entry.async_create_background_task(
                hass, async_check_https_required(hass, entry), f"{entry.title} https check"
            )

    @callback
    def handle_connected() -> None:
        """Delete the issue."""
        async_set_issue(hass, entry, Issue.SECURE_CONNECTIONS, active=False)

    async_watch_outages(entry, on_unreachable=handle_unreachable, on_connected=handle_connected)
