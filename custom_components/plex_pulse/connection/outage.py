"""Callbacks while a server is not found at its address, and while it is connected."""

from collections.abc import Callable
from typing import Final

from homeassistant.core import callback

from ..runtime_data import PlexPulseConfigEntry

MIN_MISSED_POLLS: Final = 3
"""Consecutive polls that must miss the server; a restart takes fewer."""


@callback
def async_watch_outages(
    entry: PlexPulseConfigEntry,
    *,
    on_missed_poll: Callable[[int], None],
    on_connected: Callable[[], None],
) -> None:
    """Subscribe to the health of a server until the entry is unloaded.

    `on_missed_poll` is called once per poll that does not find the server at its address,
    with the number of such polls in a row, from the third on. `on_connected` is called at
    every change of the health while the server is connected: a check that ends after the
    reconnect is undone as well.
    """
    health = entry.runtime_data.health
    last_misses = 0

    @callback
    def handle_health() -> None:
        """Call back if the server is connected or another poll has missed it."""
        nonlocal last_misses
        is_new_miss = health.data.misses != last_misses
        last_misses = health.data.misses
        if health.data.connected:
            on_connected()
        elif is_new_miss and last_misses >= MIN_MISSED_POLLS:
            on_missed_poll(last_misses)

    entry.async_on_unload(health.async_add_listener(handle_health))
