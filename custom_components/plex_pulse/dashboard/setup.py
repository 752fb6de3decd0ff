"""Set up the dashboard with the integration, and follow its entries."""

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntry,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from ..const import DOMAIN
from ..runtime_data import PlexPulseConfigEntry
from .commands import async_register_commands
from .data import DATA_DASHBOARD, DashboardData, async_get_dashboard
from .frontend_module import FrontendModule
from .image_view import PlexImageView
from .user_slots import UserSlots


async def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Register commands and image view, once; they work with whatever entries there are."""
    slots = UserSlots(hass)
    await slots.async_load()
    dashboard = hass.data[DATA_DASHBOARD] = DashboardData(
        hass, await instance_id.async_get(hass), slots, FrontendModule(hass)
    )

    @callback
    def entry_changed(change: ConfigEntryChange, entry: ConfigEntry) -> None:
        """Update the streams cards when an entry is added, set up, unloaded or removed."""
        if entry.domain != DOMAIN:
            return
        if change is ConfigEntryChange.REMOVED:
            dashboard.async_remove(entry.entry_id, str(entry.unique_id))
            return
        if entry.state is ConfigEntryState.SETUP_RETRY:
            dashboard.tracker(entry.entry_id).async_note_available(is_available=False)
        dashboard.feed.async_refresh(entry)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    async_register_commands(hass)
    hass.http.register_view(PlexImageView())


async def async_setup_dashboard_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Follow a loaded entry until it is unloaded, and have the pages load the cards."""
    dashboard = async_get_dashboard(hass)
    runtime = entry.runtime_data
    dashboard.tracker(entry.entry_id).async_attach(entry)

    @callback
    def library_changed(_change: object) -> None:
        """Drop the lists of the shelf cards: items were added or deleted."""
        runtime.shelf_cache.clear()

    entry.async_on_unload(runtime.library_changes.async_add_listener(library_changed))
    await dashboard.module.async_register()


async def async_remove_dashboard_entry(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Remove the module from the pages with the last entry."""
    others = (
        other
        for other in hass.config_entries.async_entries(DOMAIN, include_ignore=False)
        if other.entry_id != entry.entry_id
    )
    if not any(others):
        dashboard = hass.data.get(DATA_DASHBOARD)
        module = dashboard.module if dashboard is not None else FrontendModule(hass)
        await module.async_unregister()
