"""The time from an event on the server to the state in Home Assistant."""

import asyncio
from collections.abc import Callable
from statistics import quantiles
import time
from typing import Final

from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

from scripts.common.entity_ids import find_entity_id
from scripts.common.home_assistant import running_home_assistant
from scripts.common.simulated_servers import SimulatedServer

from .entries import add_server
from .figures import Figure
from .virtual_time import VirtualTimeClock, VirtualTimeLoop, advance_time

_STREAMS: Final = 5
_BETWEEN_STARTS_SECONDS: Final = 1.5
"""Virtual time; more frequent starts share refreshes, which the client limits."""
_STATE_TIMEOUT_SECONDS: Final = 5.0
_PERCENTILES: Final = 100


class _StateRecorder:
    """Record when a value derived from an entity's state changes."""

    def __init__(self, hass: HomeAssistant, entity_id: str, value: Callable[[State], str]) -> None:
        """Follow an entity; `value` derives the value from its state."""
        self._hass = hass
        self._entity_id = entity_id
        self._value_of = value
        self._changed = asyncio.Event()
        self._value = ""
        self._changed_at = 0.0
        self.stop = async_track_state_change_event(hass, entity_id, self._handle_event)
        self._update()

    @callback
    def _handle_event(self, event: Event[EventStateChangedData]) -> None:
        """Handle a state change while it is written."""
        self._update()

    def _update(self) -> None:
        """Record a change; the time is taken first, so that deriving the value is excluded."""
        now = time.monotonic()
        state = self._hass.states.get(self._entity_id)
        value = self._value_of(state) if state is not None else ""
        if value != self._value:
            self._value, self._changed_at = value, now
            self._changed.set()

    async def wait_for(self, value: str) -> float:
        """Wait for a value and return when it was written, in monotonic seconds."""
        async with asyncio.timeout(_STATE_TIMEOUT_SECONDS):
            while self._value != value:
                self._changed.clear()
                await self._changed.wait()
        return self._changed_at


async def measure_latency(
    server: SimulatedServer, *, events: int, starts: int
) -> dict[str, Figure]:
    """Return percentiles of the time from sending a notification to the state, in ms."""
    await server.call("set_sessions", _STREAMS)
    async with running_home_assistant(VirtualTimeClock(VirtualTimeLoop.running())) as hass:
        entry = await add_server(hass, server)
        sensor = find_entity_id(hass, entry, "sensor", "active_streams")
        return {
            "event_to_state_ms": _percentiles(
                await _changes(server, _StateRecorder(hass, sensor, _state_of_first), events)
            ),
            "start_to_state_ms": _percentiles(
                await _starts(
                    server, _StateRecorder(hass, sensor, lambda state: state.state), starts
                )
            ),
        }


def _state_of_first(state: State) -> str:
    """Return the playback state of the first stream."""
    streams = state.attributes.get("streams")
    return str(streams[0]["state"]) if streams else ""


async def _changes(server: SimulatedServer, recorder: _StateRecorder, count: int) -> list[float]:
    """Return the latencies in ms of pausing and resuming, which need no request."""
    await recorder.wait_for("playing")
    milliseconds: list[float] = []
    for number in range(count):
        method, state = ("resume", "playing") if number % 2 else ("pause", "paused")
        sent = await server.call(method)
        milliseconds.append(1000 * (await recorder.wait_for(state) - sent))
    recorder.stop()
    return milliseconds


async def _starts(server: SimulatedServer, recorder: _StateRecorder, count: int) -> list[float]:
    """Return the latencies in ms of new streams, each of which needs a request."""
    milliseconds: list[float] = []
    for _ in range(count):
        await advance_time(VirtualTimeLoop.running(), server, _BETWEEN_STARTS_SECONDS)
        sent = await server.call("start_one")
        milliseconds.append(1000 * (await recorder.wait_for(str(_STREAMS + 1)) - sent))
        await server.call("stop_last")
        await recorder.wait_for(str(_STREAMS))
    recorder.stop()
    return milliseconds


def _percentiles(milliseconds: list[float]) -> dict[str, float]:
    """Return the median and the 95th percentile; a single value is both."""
    if len(milliseconds) == 1:
        return {"p50": milliseconds[0], "p95": milliseconds[0]}
    percentiles = quantiles(milliseconds, n=_PERCENTILES, method="inclusive")
    return {"p50": percentiles[49], "p95": percentiles[94]}
