"""A server as Home Assistant shows it."""

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

from .servers import SoakServer
from .stand_in import TOKEN

_STREAM: Final = ("title", "user", "player", "state", "method")


@dataclass(slots=True, kw_only=True)
class Outages:
    """How long a server that was well has been shown as down, by what happened to it last.

    Seconds on the loop's clock; well_since is None while the server is in trouble.
    """

    well_since: float | None
    cause: str = "nothing"
    longest: dict[str, float] = field(default_factory=dict)
    _down_since: float | None = None
    _left_alone_until: float = 0.0

    def in_trouble(self, cause: str) -> None:
        """Expect nothing from now on."""
        self.cause, self.well_since = cause, None

    def is_well(self, since: float) -> None:
        """Expect everything from then on, or from when an earlier wish for silence ends."""
        self._left_alone_until = max(self._left_alone_until, since)
        self.well_since = self._left_alone_until

    def observe(self, now: float, *, is_down: bool) -> None:
        """Note how the server is shown."""
        if not is_down:
            self._down_since = None
            return
        if self._down_since is None:
            self._down_since = now
        if self.well_since is not None and now > self.well_since:
            seconds = now - max(self._down_since, self.well_since)
            self.longest[self.cause] = max(self.longest.get(self.cause, 0.0), seconds)


@dataclass(slots=True, kw_only=True)
class ShownServer:
    """A server and its entry."""

    hass: HomeAssistant
    server: SoakServer
    entry: PlexPulseConfigEntry
    outages: Outages
    """Of the server as a whole."""
    entity_outages: Outages
    """Of any entity at all."""
    clients: list[PlexServerClient] = field(default_factory=list)
    """All that the entry has had, for what they have counted."""

    def in_trouble(self, cause: str) -> None:
        """Expect nothing from now on."""
        for outages in (self.outages, self.entity_outages):
            outages.in_trouble(cause)

    def is_well(self, since: float) -> None:
        """Expect everything from then on."""
        for outages in (self.outages, self.entity_outages):
            outages.is_well(since)

    def observe(self) -> None:
        """Note how the server is shown now, and by which client it is read."""
        now = asyncio.get_running_loop().time()
        self.outages.observe(now, is_down=not self.is_shown)
        self.entity_outages.observe(now, is_down=bool(self.missing()))
        if self._is_loaded and (client := self.entry.runtime_data.client) not in self.clients:
            self.clients.append(client)

    def missing(self) -> list[str]:
        """Return the entities that are unavailable."""
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
    def is_shown(self) -> bool:
        """Return whether the entities say that the server is there, and what plays."""
        connected = self.hass.states.get(self._entity_id("binary_sensor", "connected"))
        streams = self.hass.states.get(self._entity_id("sensor", "active_streams"))
        return (
            connected is not None
            and connected.state == STATE_ON
            and streams is not None
            and "streams" in streams.attributes
        )

    @property
    def is_prompt(self) -> bool:
        """Return whether news come at once, or at the usual pace of polls."""
        if not self._is_loaded:
            return False
        health = self.entry.runtime_data.health.data
        return health.push or (
            health.poll_interval is not None and health.poll_interval <= SESSIONS_INTERVAL
        )

    @property
    def has_push(self) -> bool:
        """Return whether notifications come."""
        return self._is_loaded and self.entry.runtime_data.health.data.push

    @property
    def _is_loaded(self) -> bool:
        """Return whether the entry has runtime data; not so for a moment of each reload."""
        return self.entry.state is ConfigEntryState.LOADED

    def streams(self) -> list[list[str | None]]:
        """Return what the entity says that plays."""
        state = self.hass.states.get(self._entity_id("sensor", "active_streams"))
        streams = state.attributes.get("streams", []) if state else []
        return [[_text(stream[key]) for key in _STREAM] for stream in streams]

    def _entity_id(self, platform: str, key: str) -> str:
        """Return the id of one of the server's entities."""
        unique_id = f"{self.entry.unique_id}_{key}"
        entity_id = er.async_get(self.hass).async_get_entity_id(platform, DOMAIN, unique_id)
        if entity_id is None:
            msg = f"no entity has the unique id {unique_id}"
            raise RuntimeError(msg)
        return entity_id


def _text(value: object) -> str | None:
    """Return what the server would say for a value of an attribute."""
    return None if value is None else str(value)


async def add_server(hass: HomeAssistant, server: SoakServer) -> ShownServer:
    """Add a server as its owner does, in the config flow."""
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
    return ShownServer(
        hass=hass,
        server=server,
        entry=result["result"],
        outages=Outages(well_since=now),
        entity_outages=Outages(well_since=now),
    )
