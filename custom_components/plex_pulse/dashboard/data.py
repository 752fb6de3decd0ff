"""What the dashboard keeps in `hass.data`, for all entries and over their reloads."""

from functools import partial

from homeassistant.core import HomeAssistant, callback
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from .frontend_module import FrontendModule
from .image_ids import ImageIds, image_key
from .server_tracker import ServerTracker
from .streams_feed import StreamsFeed
from .user_slots import UserSlots


class DashboardData:
    """Image ids and trackers by entry id, the feed of the streams cards, and their module.

    instance: the id of this Home Assistant instance, which is secret.
    """

    def __init__(
        self, hass: HomeAssistant, instance: str, slots: UserSlots, module: FrontendModule
    ) -> None:
        """Create the feed."""
        self.hass = hass
        self.instance = instance
        self.slots = slots
        self.module = module
        self.feed = StreamsFeed(hass, self.tracker, self.image_ids, slots)
        self._image_ids: dict[str, ImageIds] = {}
        self._trackers: dict[str, ServerTracker] = {}

    @callback
    def image_ids(self, entry_id: str) -> ImageIds:
        """Return the ids of a server's images."""
        if (ids := self._image_ids.get(entry_id)) is None:
            ids = self._image_ids[entry_id] = ImageIds(image_key(self.instance, entry_id))
        return ids

    @callback
    def tracker(self, entry_id: str) -> ServerTracker:
        """Return the tracker of a server."""
        if (tracker := self._trackers.get(entry_id)) is None:
            refresh = partial(self._async_refresh, entry_id)
            tracker = self._trackers[entry_id] = ServerTracker(refresh)
        return tracker

    @callback
    def async_remove(self, entry_id: str, machine_identifier: str) -> None:
        """Remove what is kept of a server whose entry was removed."""
        self._image_ids.pop(entry_id, None)
        self._trackers.pop(entry_id, None)
        self.slots.async_remove(machine_identifier)
        self.feed.async_remove(entry_id)

    @callback
    def _async_refresh(self, entry_id: str) -> None:
        """Update the feed after a change of a server."""
        if (entry := self.hass.config_entries.async_get_entry(entry_id)) is not None:
            self.feed.async_refresh(entry)


DATA_DASHBOARD: HassKey[DashboardData] = HassKey(f"{DOMAIN}_dashboard")


@callback
def async_get_dashboard(hass: HomeAssistant) -> DashboardData:
    """Return the data of the dashboard; it exists as soon as the integration is set up."""
    return hass.data[DATA_DASHBOARD]
