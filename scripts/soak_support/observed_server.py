"""A server and what Home Assistant shows of it."""

import asyncio
from dataclasses import dataclass, field
from typing import Final

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er

from custom_components.plex_pulse.api import PlexServerClient
from custom_components.plex_pulse.const import DOMAIN, SESSIONS_INTERVAL
from custom_components.plex_pulse.runtime_data import PlexPulseConfigEntry
from scripts.common.entity_ids import find_entity_id
from scripts.common.simulated_servers import SimulatedServer

from .outages import Outages
from .simulator import TOKEN

_STREAM_KEYS: Final = ("title", "user", "player", "state", "method")


@dataclass(slots=True, kw_only=True)
class ObservedServer:
    """A server, its entry and the outages seen so far."""

    hass: HomeAssistant
    server: SimulatedServer
    entry: PlexPulseConfigEntry
    outages: Outages
    """Of the server as a whole."""
    entity_outages: Outages
    """Of any single entity."""
    reads_allowed_at: float = 0.0
    """When the rate limit of the last fault ends, or a request of its time is given up, in seconds
    of the event loop. Until then push keeps the streams available, but no request may read new
    ones, or the one that does is not answered. It may outlast the next fault."""
    clients: list[PlexServerClient] = field(default_factory=list)
    """All clients of the entry, for their statistics."""

    def start_fault(self, fault: str) -> None:
        """Ignore the server's state from now on."""
        for outages in (self.outages, self.entity_outages):
            outages.start_fault(fault)

    def end_fault(self, recovered_at: float) -> None:
        """Expect a working server from then on."""
        for outages in (self.outages, self.entity_outages):
            outages.end_fault(recovered_at)

    def observe(self) -> None:
        """Record how the server is shown now, and its client."""
        now = asyncio.get_running_loop().time()
        self.outages.observe(now, is_unavailable=not self.is_available)
        self.entity_outages.observe(now, is_unavailable=bool(self.unavailable_entities()))
        if self._is_loaded and (client := self.entry.runtime_data.client) not in self.clients:
            self.clients.append(client)

    def unavailable_entities(self) -> list[str]:
        """Return the enabled entities that are unavailable."""
        return [
            entity.entity_id
            for entity in er.async_entries_for_config_entry(
                er.async_get(self.hass), self.entry.entry_id
            )
            if entity.disabled_by is None
            and (
                (state := self.hass.states.get(entity.entity_id)) is None
                or state.state == STATE_UNAVAILABLE
            )
        ]

    @property
    def is_available(self) -> bool:
        """Return whether the server is shown as connected, with its streams."""
        connected = self.hass.states.get(self._find("binary_sensor", "connected"))
        streams = self.hass.states.get(self._find("sensor", "active_streams"))
        return (
            connected is not None
            and connected.state == STATE_ON
            and streams is not None
            and "streams" in streams.attributes
        )

    @property
    def is_current(self) -> bool:
        """Return whether changes arrive by push, or by polls at the normal interval."""
        if not self._is_loaded:
            return False
        health = self.entry.runtime_data.health.data
        return health.push or (
            health.poll_interval is not None and health.poll_interval <= SESSIONS_INTERVAL
        )

    @property
    def has_push(self) -> bool:
        """Return whether the websocket is connected."""
        return self._is_loaded and self.entry.runtime_data.health.data.push

    @property
    def _is_loaded(self) -> bool:
        """Return whether the entry has runtime data; not so during a reload."""
        return self.entry.state is ConfigEntryState.LOADED

    def streams(self) -> list[list[str | None]]:
        """Return the streams as shown by the sensor."""
        state = self.hass.states.get(self._find("sensor", "active_streams"))
        streams = state.attributes.get("streams", []) if state else []
        return [[_as_text(stream[key]) for key in _STREAM_KEYS] for stream in streams]

    def _find(self, platform: str, key: str) -> str:
        """Return the id of one of the server's entities."""
        return find_entity_id(self.hass, self.entry, platform, key)


def _as_text(value: object) -> str | None:
    """Return an attribute's value as the simulator returns it."""
    return None if value is None else str(value)


async def add_server(hass: HomeAssistant, server: SimulatedServer) -> ObservedServer:
    """Add a server in the config flow."""
    flows = hass.config_entries.flow
    menu = await flows.async_init(DOMAIN, context={"source": SOURCE_USER})
    form = await flows.async_configure(menu["flow_id"], {"next_step_id": "manual"})
    result = await flows.async_configure(
        form["flow_id"], {CONF_URL: server.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True}
    )
    if result["type"] is not FlowResultType.CREATE_ENTRY:
        msg = f"the config flow ended with {result.get('errors')}"
        raise RuntimeError(msg)
    now = asyncio.get_running_loop().time()
    return ObservedServer(
        hass=hass,
        server=server,
        entry=result["result"],
        outages=Outages(recovered_at=now),
        entity_outages=Outages(recovered_at=now),
    )
