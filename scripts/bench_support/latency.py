"""How long it takes until what happens on the server is on the dashboard."""

import asyncio
from statistics import quantiles
import time
from typing import Final

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event

from .figures import Figure
from .home import add_server, entity_id, home_assistant
from .servers import Server

_STREAMS: Final = 5
_PATIENCE: Final = 5.0
_PERCENTILES: Final = 100


class _Watch:
    """Note when Home Assistant's state machine shows the first stream in a state."""

    def __init__(self, hass: HomeAssistant, entity: str) -> None:
        """Watch the sensor that lists the streams."""
        self._entity = entity
        self._hass = hass
        self._changed = asyncio.Event()
        self._shown = ""
        self._at = 0.0
        self.stop = async_track_state_change_event(hass, entity, self._look)
        self._read()

    @callback
    def _look(self, event: Event[EventStateChangedData]) -> None:
        """Look at each change, in the moment in which it is written."""
        self._read()

    def _read(self) -> None:
        """Take the time first: reading is not part of it."""
        now = time.monotonic()
        state = self._hass.states.get(self._entity)
        streams = state.attributes.get("streams") if state is not None else None
        shown = str(streams[0]["state"]) if streams else ""
        if shown != self._shown:
            self._shown, self._at = shown, now
            self._changed.set()

    async def until(self, shown: str) -> float:
        """Return the moment since when it is shown."""
        async with asyncio.timeout(_PATIENCE):
            while self._shown != shown:
                self._changed.clear()
                await self._changed.wait()
        return self._at


async def measure_latency(server: Server, *, events: int) -> dict[str, Figure]:
    """Return percentiles from the server's sending to Home Assistant's state, in ms."""
    await server.order("play", _STREAMS)
    milliseconds: list[float] = []
    async with home_assistant() as hass:
        entry = await add_server(hass, server)
        watch = _Watch(hass, entity_id(hass, entry, "active_streams"))
        await watch.until("playing")
        for number in range(events):
            order, shown = ("resume", "playing") if number % 2 else ("pause", "paused")
            sent = await server.order(order)
            milliseconds.append(1000 * (await watch.until(shown) - sent))
        watch.stop()
    percentiles = quantiles(milliseconds, n=_PERCENTILES, method="inclusive")
    return {"event_to_state_ms": {"p50": percentiles[49], "p95": percentiles[94]}}
