"""Base of the event entities, and the attributes that all of them have."""

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from typing import Final, override

from homeassistant.components.event import EventEntity
from homeassistant.core import CoreState, HomeAssistant, callback
from homeassistant.helpers.start import async_at_started

from ..api import MediaItem
from ..coordinator.libraries import LibrariesCoordinator
from ..coordinator.sessions import SessionsCoordinator
from ..entity import ServerDataEntity
from ..shared_state import async_get_shared
from ..streams.attributes import Attributes, item_names, truncate_attributes

_AUTOMATIONS_SECONDS: Final = 5.0
"""Time after the start of Home Assistant in which automations attach their triggers."""

type EventAttributes = Mapping[str, str | int | float | bool | list[str] | None]


class ServerEventEntity[CoordinatorT: SessionsCoordinator | LibrariesCoordinator](
    ServerDataEntity[CoordinatorT], EventEntity
):
    """Base of the event entities of a server.

    What happened while Home Assistant was down is reported once automations can react to it.
    """

    _can_report = False

    @override
    async def async_added_to_hass(self) -> None:
        """Report events from now on, or soon after Home Assistant has started."""
        await super().async_added_to_hass()
        if self.hass.state is CoreState.running:
            self._can_report = True
            # After the state that Home Assistant writes when the entity is added.
            self.hass.loop.call_soon(self._report_if_added)
        else:
            self.async_on_remove(async_at_started(self.hass, self._async_handle_started))

    async def _async_handle_started(self, hass: HomeAssistant) -> None:
        """Report what happened until now once the automations are ready."""
        self.coordinator.config_entry.async_create_background_task(
            hass, self._async_report_soon(), f"{self.coordinator.name} - events"
        )

    async def _async_report_soon(self) -> None:
        """Wait for the automations, then report."""
        await async_get_shared(self.hass).rate_limiters.clock.sleep(_AUTOMATIONS_SECONDS)
        self._can_report = True
        self._report_if_added()

    @callback
    def _report_if_added(self) -> None:
        """Report, unless the entity has been removed meanwhile."""
        if self._can_report:
            self._handle_coordinator_update()

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Report nothing more."""
        await super().async_will_remove_from_hass()
        self._can_report = False

    @abstractmethod
    def _pop_events(self) -> Iterator[tuple[str, EventAttributes]]:
        """Yield type and attributes of each event since the last call, oldest first."""

    @callback
    @override
    def _handle_coordinator_update(self) -> None:
        """Write one state for each event, and none if there is no event.

        When the entity becomes available again, that is written first, in a state of its
        own: triggers ignore a change from unavailable.
        """
        super()._handle_coordinator_update()
        if self.available and self._can_report:
            self._async_write_events()

    @callback
    def _async_write_events(self) -> None:
        """Write one state for each event."""
        for event_type, attributes in self._pop_events():
            self._trigger_event(event_type, dict(attributes))
            super()._handle_coordinator_update()


def event_attributes(item: MediaItem, library: str | None) -> Attributes:
    """Return the attributes of an event; each key is always present, None if unknown.

    Event attributes are recorded with every event, so there are few of them, and their
    texts are cut.
    """
    return truncate_attributes(
        {
            **item_names(item),
            "type": item.item_type,
            "user": None,
            "player": None,
            "library": library,
            "rating_key": item.rating_key,
        }
    )
