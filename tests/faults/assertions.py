"""What being well again means: nothing of a fault is left, and nothing else was lost."""

from dataclasses import dataclass
from typing import Final, Self

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.runtime_data import PlexPulseRuntime
from tests.entity_ids import CONNECTED, MOVIES, PUSH, STATUS, STREAMS
from tests.fixtures.home_assistant import Live
from tests.integration.moving import issues
from tests.integration.support import reading, state_of, state_of_entry

SESSIONS_PATH = "/status/sessions"
PROVIDERS_PATH = "/media/providers"
NOTIFICATIONS_PATH = "/:/websockets/notifications"

_MOMENTS: Final = frozenset({Platform.BUTTON, Platform.EVENT})
"""Entities that read when something was last, and so nothing until then."""
_NOW_PLAYING: Final = "image.harbour_now_playing"
"""There is no picture of nothing."""


def stream_titles(hass: HomeAssistant) -> list[str | None]:
    """Return what plays, as the entity lists it."""
    return [stream["title"] for stream in state_of(hass, STREAMS).attributes["streams"]]


def available(hass: HomeAssistant) -> frozenset[str]:
    """Return the entities that show something."""
    return frozenset(
        state.entity_id for state in hass.states.async_all() if state.state != STATE_UNAVAILABLE
    )


def missing(hass: HomeAssistant) -> frozenset[str]:
    """Return the entities that are not there, or have nothing to show and should."""
    return frozenset(
        state.entity_id
        for state in hass.states.async_all()
        if state.state == STATE_UNAVAILABLE
        or (
            state.state == STATE_UNKNOWN
            and state.domain not in _MOMENTS
            and state.entity_id != _NOW_PLAYING
        )
    )


def assert_healthy(
    hass: HomeAssistant, entry: MockConfigEntry, without: frozenset[str] = frozenset()
) -> None:
    """Hold that an entry works in every way, and that nobody is asked to do anything.

    without: entities of what the server does not offer now, and no others.
    """
    assert state_of_entry(entry) is ConfigEntryState.LOADED
    lost = missing(hass) ^ without
    assert not lost, lost
    assert reading(hass, CONNECTED) == STATE_ON
    assert reading(hass, PUSH) == STATE_ON
    assert reading(hass, STATUS) == "ok"
    assert not hass.config_entries.flow.async_progress()
    assert not issues(hass)


async def assert_complete_start(hass: HomeAssistant, entry: MockConfigEntry, live: Live) -> None:
    """Hold that a start that met a fault has brought all that one without a fault brings."""
    assert reading(hass, STREAMS) == "0"
    assert reading(hass, MOVIES) == "40"
    started = HealthyBaseline.of(hass, entry)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await live(2)
    HealthyBaseline.of(hass, entry).assert_same_entities(started)


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthyBaseline:
    """An entry as it was before a fault."""

    hass: HomeAssistant
    entry: MockConfigEntry
    runtime: PlexPulseRuntime
    available: frozenset[str]

    @classmethod
    def of(cls, hass: HomeAssistant, entry: MockConfigEntry) -> Self:
        """Return what there is now, which is well."""
        assert_healthy(hass, entry)
        return cls(hass=hass, entry=entry, runtime=entry.runtime_data, available=available(hass))

    def assert_recovered(self) -> None:
        """Hold that all of it is there again, and that the entry was not even reloaded."""
        assert_healthy(self.hass, self.entry)
        assert available(self.hass) == self.available
        assert self.entry.runtime_data is self.runtime

    def assert_same_entities(self, other: HealthyBaseline) -> None:
        """Hold that a reload has left the entities what they were."""
        differing = self.available ^ other.available
        assert not differing, differing
