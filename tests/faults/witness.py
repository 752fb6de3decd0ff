"""Who hears and reads everything that Plex Pulse lets out, and looks for what it must not."""

from collections.abc import Iterator
import json
from typing import Any, Final

from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    MATCH_ALL,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.integration.events import PLAYBACK
from tests.integration.support import diagnostics_of

from .recovery import STREAMS

ADDRESS: Final = "198.51.100.201"
NAMES: Final = ("osprey", "heron")
OWN_ADDRESS: Final = "127.0.0.1"
SHOWN: Final = frozenset({STREAMS, PLAYBACK})
"""Entities that are there to show the names of viewers."""
SECRETS: Final = (
    "canary",
    ADDRESS,
    "127.0.0.1:",
    "X-Plex-Token=",
    # The simulated server tells its own where an update is to be had.
    "simulated-download-token",
)


class Witness:
    """Hears every event, and keeps what somebody was told or could read at a moment."""

    def __init__(self, hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
        """Listen from now on."""
        self.told: list[str] = []
        self.issues: set[str] = set()
        self._hass = hass
        self._hass_client = hass_client
        self._events: list[Event[Any]] = []

        @callback
        def note(event: Event[Any]) -> None:
            if event.event_type != EVENT_STATE_REPORTED:
                self._events.append(event)

        hass.bus.async_listen(MATCH_ALL, note)

    async def look(self, entry: MockConfigEntry) -> None:
        """Keep what a user can download and read now."""
        diagnostics = await diagnostics_of(self._hass, self._hass_client, entry)
        self.told += [str(entry.reason), json.dumps(diagnostics)]
        for (_, issue_id), issue in ir.async_get(self._hass).issues.items():
            self.issues.add(issue_id)
            self.told.append(str(issue))

    def texts(self) -> Iterator[tuple[bool, str]]:
        """Yield what was told, read, and said in events, and whether that may have names."""
        for text in self.told:
            yield False, text
        for event in self._events:
            is_state = event.event_type == EVENT_STATE_CHANGED
            yield is_state and event.data["entity_id"] in SHOWN, str(event.as_dict())
        for state in self._hass.states.async_all():
            yield state.entity_id in SHOWN, str(state.as_dict())


async def stored_texts(
    hass: HomeAssistant, hass_storage: dict[str, Any], entry: MockConfigEntry, token: str
) -> list[tuple[bool, str]]:
    """Return what is under .storage but the entry itself, and whether it may have names."""
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    stored = hass_storage["core.config_entries"]["data"]["entries"]
    assert token in str(stored)
    stored[:] = [item for item in stored if item["entry_id"] != entry.entry_id]
    assert "core.entity_registry" in hass_storage
    # Restored states are states.
    return [
        (key == "core.restore_state", json.dumps(value, default=str))
        for key, value in hass_storage.items()
    ]


def logged_texts(caplog: pytest.LogCaptureFixture) -> list[tuple[bool, str]]:
    """Return what was logged at DEBUG, and whether it may have names.

    Home Assistant logs states and actions itself, and its web server who asks.
    """
    return [
        (
            not record.name.startswith("custom_components.plex_pulse"),
            record.getMessage() + (record.exc_text or ""),
        )
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        # asyncio names the test, and with it this file, when a step takes its time.
        if record.name != "asyncio"
    ]


def assert_clean(texts: list[tuple[bool, str]]) -> None:
    """Hold that nothing secret is in any text, and names only where they may be."""
    for may_name, text in texts:
        for word in SECRETS if may_name else (*SECRETS, *NAMES, OWN_ADDRESS):
            assert word not in text, (word, text[:1000])
