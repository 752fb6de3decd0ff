"""Call back while a server is unreachable at its address, and while it is connected."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import callback

from ..runtime_data import PlexPulseConfigEntry

MIN_UNREACHABLE: Final = 3
"""Consecutive polls that must not find the server; a restart takes fewer."""


@callback
def async_watch_outages(
    entry: PlexPulseConfigEntry,
    *,
    on_unreachable: Callable[[int], None],
    on_connected: Callable[[], None],
) -> None:
    """Subscribe to the health of a server until the entry is unloaded.

    `on_unreachable` is called once per poll that does not find the server at its address,
    with the number of such polls in a row, from the third on. `on_connected` is called at
    every change of the health while the server is connected, so that it also undoes the
    effect of a check that ends after the reconnect.
    """
    health = entry.runtime_data.health
    last_count = 0

    @callback
    def handle_health() -> None:
        """Call back if the server is connected, or another poll did not find it."""
        nonlocal last_count
        count = health.data.consecutive_unreachable
        is_new = count != last_count
        last_count = count
        if health.data.connected:
            on_connected()
        elif is_new and count >= MIN_UNREACHABLE:
            on_unreachable(count)

    entry.async_on_unload(health.async_add_listener(handle_health))
