"""Set up the dashboard with the integration, and follow its entries."""

from homeassistant.config_entries import (
    SIGNAL_CONFIG_ENTRY_CHANGED,
    ConfigEntryChange,
    ConfigEntryState,
)
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import instance_id
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_state_change_event

from ..const import DOMAIN
from ..history.websocket import async_register_history_commands
from ..runtime_data import PlexPulseConfigEntry
from .commands import async_register_commands
from .data import DATA_DASHBOARD, DashboardData, async_get_dashboard
from .frontend_module import FrontendModule
from .image_view import PlexImageView
from .shelf import ON_DECK, RECENTLY_ADDED, refresh_entities
from .user_slots import UserSlots


async def async_setup_dashboard(hass: HomeAssistant) -> None:
    """Register commands and image view, once; they work with any number of entries."""
    slots = UserSlots(hass)
    await slots.async_load()
    dashboard = hass.data[DATA_DASHBOARD] = DashboardData(
        hass, await instance_id.async_get(hass), slots, FrontendModule(hass)
    )

    @callback
    def entry_changed(change: ConfigEntryChange, entry: PlexPulseConfigEntry) -> None:
        """Update the streams cards when an entry is added, set up, unloaded or removed."""
        if entry.domain != DOMAIN:
            return
        if change is ConfigEntryChange.REMOVED:
            dashboard.async_remove(entry.entry_id, str(entry.unique_id))
            return
        if entry.state is ConfigEntryState.SETUP_RETRY:
            tracker = dashboard.tracker(entry.entry_id)
            tracker.async_note_available(is_available=False)
            tracker.setup_failure_key = entry.error_reason_translation_key
        dashboard.feed.async_refresh(entry)

    async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, entry_changed)
    async_register_commands(hass)
    async_register_history_commands(hass)
    hass.http.register_view(PlexImageView())


async def async_setup_dashboard_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Follow a loaded entry until it is unloaded, and have the pages load the cards."""
    dashboard = async_get_dashboard(hass)
    dashboard.tracker(entry.entry_id).async_attach(entry)
    _drop_stale_shelves(hass, entry)
    await dashboard.module.async_register()


@callback
def _drop_stale_shelves(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
    """Drop the cached lists of a server when they have changed.

    The entities are those after whose change the cards read the list again.
    """
    runtime = entry.runtime_data

    @callback
    def changed(_event: Event[EventStateChangedData] | None = None) -> None:
        """Drop the lists."""
        runtime.shelf_cache.clear()

    entity_ids = {
        entity_id
        for source in (RECENTLY_ADDED, ON_DECK)
        for entity_id in refresh_entities(hass, [entry], source)
    }
    entry.async_on_unload(async_track_state_change_event(hass, entity_ids, changed))
    entry.async_on_unload(runtime.libraries.async_add_listener(changed))
    entry.async_on_unload(runtime.libraries.recently_added.async_add_listener(changed))


async def async_remove_dashboard_entry(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> None:
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
