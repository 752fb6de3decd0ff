"""Notify many listeners in slices, so that the event loop runs in between."""

from collections.abc import Callable
import logging
from typing import Final, override

from homeassistant.core import callback
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator

_LOGGER: Final = logging.getLogger(__name__)
_SLICE: Final = 25
"""Listeners that are called in one iteration of the event loop: two milliseconds, if each of
them writes a state."""


class SlicedListeners[DataT](DataUpdateCoordinator[DataT]):
    """A coordinator with several listeners for each library.

    The first slice is called at once, so that small servers have no delay. A further update
    starts from the first listener again: each listener reads the data when it is called.
    """

    _uncalled: list[tuple[int, Callable[[], None]]] | None = None
    """The listeners that are still to be called, with their numbers."""

    @callback
    @override
    def async_update_listeners(self) -> None:
        """Call the listeners in their order."""
        is_scheduled = bool(self._uncalled)
        self._uncalled = [(number, entry[0]) for number, entry in self._listeners.items()]
        self._call_slice()
        if self._uncalled and not is_scheduled:
            self.hass.loop.call_soon(self._call_next_slice)

    @callback
    def _call_next_slice(self) -> None:
        """Call the next listeners, until none is left."""
        self._call_slice()
        if self._uncalled:
            self.hass.loop.call_soon(self._call_next_slice)

    def _call_slice(self) -> None:
        """Call some listeners; those that were removed meanwhile are skipped."""
        uncalled = self._uncalled or []
        due, self._uncalled = uncalled[:_SLICE], uncalled[_SLICE:]
        for number, listener in due:
            if number not in self._listeners:
                continue
            try:
                listener()
            except Exception:
                _LOGGER.exception("%s: a listener failed", self.name)
