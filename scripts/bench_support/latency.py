"""How long it takes until what happens on the server is on the dashboard."""

import asyncio
from collections.abc import Callable
from statistics import quantiles
import time
from typing import Final

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

from .figures import Figure
from .home import add_server, entity_id, home_assistant
from .servers import Server

_STREAMS: Final = 5
_JOINED: Final = 0.3
"""Seconds after which a start is not joined into the read of the one before."""
_PATIENCE: Final = 5.0
_PERCENTILES: Final = 100


class _Watch:
    """Note when Home Assistant's state machine shows something else."""

    def __init__(self, hass: HomeAssistant, entity: str, read: Callable[[State], str]) -> None:
        """Watch an entity, of which `read` takes what matters."""
        self._hass = hass
        self._entity = entity
        self._read = read
        self._changed = asyncio.Event()
        self._shown = ""
        self._at = 0.0
        self.stop = async_track_state_change_event(hass, entity, self._hear)
        self._look()

    @callback
    def _hear(self, event: Event[EventStateChangedData]) -> None:
        """Look at each change, in the moment in which it is written."""
        self._look()

    def _look(self) -> None:
        """Take the time first: reading is not part of it."""
        now = time.monotonic()
        state = self._hass.states.get(self._entity)
        shown = self._read(state) if state is not None else ""
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


async def measure_latency(server: Server, *, events: int, starts: int) -> dict[str, Figure]:
    """Return percentiles from the server's sending to Home Assistant's state, in ms."""
    await server.order("play", _STREAMS)
    async with home_assistant() as hass:
        entry = await add_server(hass, server)
        sensor = entity_id(hass, entry, "active_streams")
        return {
            "event_to_state_ms": _percentiles(
                await _changes(server, _Watch(hass, sensor, _state_of_first), events)
            ),
            "start_to_state_ms": _percentiles(
                await _starts(server, _Watch(hass, sensor, lambda state: state.state), starts)
            ),
        }


def _state_of_first(state: State) -> str:
    """Return whether the first stream is shown as playing or as paused."""
    streams = state.attributes.get("streams")
    return str(streams[0]["state"]) if streams else ""


async def _changes(server: Server, watch: _Watch, count: int) -> list[float]:
    """Return the ms of pauses and resumptions, which are told whole."""
    await watch.until("playing")
    milliseconds: list[float] = []
    for number in range(count):
        order, shown = ("resume", "playing") if number % 2 else ("pause", "paused")
        sent = await server.order(order)
        milliseconds.append(1000 * (await watch.until(shown) - sent))
    watch.stop()
    return milliseconds


async def _starts(server: Server, watch: _Watch, count: int) -> list[float]:
    """Return the ms of streams that begin, of which the server has to be asked."""
    milliseconds: list[float] = []
    for _ in range(count):
        await asyncio.sleep(_JOINED)
        sent = await server.order("start_one")
        milliseconds.append(1000 * (await watch.until(str(_STREAMS + 1)) - sent))
        await server.order("stop_last")
        await watch.until(str(_STREAMS))
    watch.stop()
    return milliseconds


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Return the middle one, and one that few are slower than; the same of a single one."""
    if len(milliseconds) == 1:
        return {"p50": milliseconds[0], "p95": milliseconds[0]}
    percentiles = quantiles(milliseconds, n=_PERCENTILES, method="inclusive")
    return {"p50": percentiles[49], "p95": percentiles[94]}
