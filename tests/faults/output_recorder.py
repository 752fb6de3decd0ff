"""A recorder of everything that the integration outputs."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
import json
from typing import Any, Final

from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_STATE_REPORTED,
    MATCH_ALL,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.restore_state import RestoreStateData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import TOKEN
from tests.secrets import (
    FOLLOWED_NAME,
    LOOPBACK,
    NO_NAMES,
    OutputText,
    allowed_names,
    assert_no_leak,
)

from .frontend_client import FrontendClient

_STORES: Final = frozenset(
    {"core.config_entries", "core.device_registry", "core.entity_registry", "core.restore_state"}
)
_TEST_LOGGERS: Final = ("asyncio", "pytest_homeassistant_custom_component")
"""Loggers of the test tools, which log slow tests and the content of storage."""
_ALLOWED_IN_LOG: Final[Mapping[str, frozenset[str]]] = {
    "aiohttp.server": frozenset({LOOPBACK}),
    "homeassistant.components.http": frozenset({LOOPBACK, FOLLOWED_NAME}),
    "homeassistant.components.websocket_api": frozenset({LOOPBACK}),
    "homeassistant.helpers.entity_registry": frozenset({FOLLOWED_NAME}),
    "homeassistant.helpers.http": frozenset({LOOPBACK, FOLLOWED_NAME}),
}
"""Names allowed per logger: entity ids in requests, and the client's own address."""


class OutputRecorder:
    """Record every event, and what a user can read at a given time."""

    def __init__(
        self,
        hass: HomeAssistant,
        frontend: FrontendClient,
        storage: Mapping[str, Any],
        log: pytest.LogCaptureFixture,
    ) -> None:
        """Start recording."""
        self.issues: set[str | None] = set()
        self._hass = hass
        self._frontend = frontend
        self._storage = storage
        self._log = log
        self._texts: list[OutputText] = []

        @callback
        def on_event(event: Event[Any]) -> None:
            if event.event_type != EVENT_STATE_REPORTED:
                self.record(event.as_dict(), allowed_names(event.data))

        hass.bus.async_listen(MATCH_ALL, on_event)

    def record(self, what: object, allowed: frozenset[str] = NO_NAMES) -> None:
        """Record a text."""
        self._texts.append(OutputText(str(what), allowed))

    async def record_readable(self, entry: MockConfigEntry) -> None:
        """Record diagnostics, config entries, flows and issues."""
        page = f"/api/diagnostics/config_entry/{entry.entry_id}"
        self.record(await self._frontend.get(page))
        for kind in ("config_entries/get", "repairs/list_issues"):
            self.record(await self._frontend.command(kind))
        for manager in (self._hass.config_entries.flow, self._hass.config_entries.options):
            self.record(manager.async_progress())
        for issue in ir.async_get(self._hass).issues.values():
            self.issues.add(issue.translation_key)
            # Only the fix flow gets the data.
            self.record(replace(issue, data=None))

    async def assert_nothing_leaked(self, entry: MockConfigEntry) -> None:
        """Assert that all recorded, logged and stored texts are clean, except the entry itself."""
        # Home Assistant does both every 15 minutes or when it stops.
        await RestoreStateData.async_save_persistent_states(self._hass)
        self._hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await self._hass.async_block_till_done()
        assert_no_leak([*self._texts, *self._shown(), *self._logged(), *self._stored(entry)])

    def _shown(self) -> Iterator[OutputText]:
        """Yield the current states."""
        for state in self._hass.states.async_all():
            yield OutputText(str(state.as_dict()), allowed_names(state.as_dict()))

    def _logged(self) -> Iterator[OutputText]:
        """Yield all log records, including those at DEBUG."""
        for phase in ("setup", "call"):
            for record in self._log.get_records(phase):
                if not record.name.startswith(_TEST_LOGGERS):
                    text = record.getMessage() + (record.exc_text or "")
                    yield OutputText(text, _allowed_in_log(record.name))

    def _stored(self, entry: MockConfigEntry) -> Iterator[OutputText]:
        """Yield the records of all stores."""
        assert self._storage.keys() >= _STORES
        for store, document in self._storage.items():
            data = document["data"]
            groups = data.items() if isinstance(data, Mapping) else [(store, data)]
            for name, group in groups:
                for record in group if isinstance(group, list) else [{name: group}]:
                    if store == "core.config_entries" and record["entry_id"] == entry.entry_id:
                        assert TOKEN in str(record)
                    else:
                        yield OutputText(json.dumps(record), allowed_names(record))


def _allowed_in_log(logger: str) -> frozenset[str]:
    """Return the names that a logger and its children may log."""
    found = (
        words for name, words in _ALLOWED_IN_LOG.items() if f"{logger}.".startswith(f"{name}.")
    )
    return next(found, NO_NAMES)
