"""Assertions that an entry works, and that it has recovered completely from a fault."""

from dataclasses import dataclass
from typing import Final, Self

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.runtime_data import PlexPulseRuntime
from tests.entity_ids import CONNECTED, MOVIES, NOW_PLAYING_IMAGE, PUSH, STATUS, STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import available_entities, entry_state, state_of, state_value
from tests.integration.relocation_helpers import issue_keys

SESSIONS_PATH = "/status/sessions"
PROVIDERS_PATH = "/media/providers"
NOTIFICATIONS_PATH = "/:/websockets/notifications"

_TIMESTAMP_PLATFORMS: Final = frozenset({Platform.BUTTON, Platform.EVENT})
"""Entities whose state is a time, which is unknown until the first press or event."""


def stream_titles(hass: HomeAssistant) -> list[str | None]:
    """Return the titles in the attributes of the streams sensor."""
    return [stream["title"] for stream in state_of(hass, STREAMS).attributes["streams"]]


def missing_entities(hass: HomeAssistant) -> frozenset[str]:
    """Return the entities that are unavailable, or unknown although they should have a state."""
    return frozenset(
        state.entity_id
        for state in hass.states.async_all()
        if state.state == STATE_UNAVAILABLE
        or (
            state.state == STATE_UNKNOWN
            and state.domain not in _TIMESTAMP_PLATFORMS
            and state.entity_id != NOW_PLAYING_IMAGE
        )
    )


def assert_healthy(
    hass: HomeAssistant, entry: MockConfigEntry, without: frozenset[str] = frozenset()
) -> None:
    """Assert that an entry works completely, without open flows or repair issues.

    `without` are exactly the entities that may be unavailable or unknown.
    """
    assert entry_state(entry) is ConfigEntryState.LOADED
    lost = missing_entities(hass) ^ without
    assert not lost, lost
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, PUSH) == STATE_ON
    assert state_value(hass, STATUS) == "ok"
    assert not hass.config_entries.flow.async_progress()
    assert not issue_keys(hass)


async def assert_complete_start(
    hass: HomeAssistant, entry: MockConfigEntry, run_for: RunFor
) -> None:
    """Assert that a set-up after a fault created the same entities as one without a fault."""
    assert state_value(hass, STREAMS) == "0"
    assert state_value(hass, MOVIES) == "40"
    started = HealthyBaseline.of(hass, entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await run_for(2)
    HealthyBaseline.of(hass, entry).assert_same_entities(started)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthyBaseline:
    """The state of an entry before a fault."""

    hass: HomeAssistant
    entry: MockConfigEntry
    runtime: PlexPulseRuntime
    available: frozenset[str]

    @classmethod
    def of(cls, hass: HomeAssistant, entry: MockConfigEntry) -> Self:
        """Assert that the entry works and return its current state."""
        assert_healthy(hass, entry)
        return cls(
            hass=hass, entry=entry, runtime=entry.runtime_data, available=available_entities(hass)
        )

    def assert_recovered(self) -> None:
        """Assert that the same entities are available again, without a reload of the entry."""
        assert_healthy(self.hass, self.entry)
        assert available_entities(self.hass) == self.available
        assert self.entry.runtime_data is self.runtime

    def assert_same_entities(self, other: HealthyBaseline) -> None:
        """Assert that the available entities are the same as before a reload."""
        differing = self.available ^ other.available
        assert not differing, differing
