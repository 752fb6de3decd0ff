"""Listeners for reports that change nothing but the position of a session."""

from collections.abc import Callable, Iterable

from homeassistant.core import callback

from ..api import Session

type PositionListener = Callable[[Session], None]
"""Called with the session and its latest position."""


class PositionListeners:
    """The position listeners of one server."""

    def __init__(self, current: Callable[[Session], Session]) -> None:
        """Start without listeners; `current` returns a session with its latest position."""
        self._current = current
        self._listeners: dict[object, PositionListener] = {}

    @callback
    def async_add(self, listener: PositionListener) -> Callable[[], None]:
        """Add a listener, and return a function that removes it."""
        key = object()
        self._listeners[key] = listener

        @callback
        def remove() -> None:
            """Remove the listener."""
            self._listeners.pop(key, None)

        return remove

    @callback
    def async_notify(self, sessions: Iterable[Session]) -> None:
        """Call the listeners for each of the sessions."""
        if not self._listeners:
            return
        for session in sessions:
            current = self._current(session)
            for listener in tuple(self._listeners.values()):
                listener(current)
