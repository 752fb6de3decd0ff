"""Secrets, through every fault: they stay in the entry, and names where they are shown."""

from collections.abc import Iterator
import json
from typing import Any, Final

from homeassistant.const import (
    EVENT_HOMEASSISTANT_FINAL_WRITE,
    EVENT_STATE_CHANGED,
    EVENT_STATE_REPORTED,
    MATCH_ALL,
    STATE_OFF,
)
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.integration.conftest import TOKEN, Live
from tests.integration.events import PLAYBACK
from tests.integration.moving import announce
from tests.integration.support import diagnostics_of, heard, reading, until
from tests.simulator import Fault, Item, PlexSimulator, PlexTvSimulator
from tests.simulator.people import Player, User

from .recovery import NOTIFICATIONS, PUSH, READ, STREAMS, Before, assert_well, titles

ADDRESS: Final = "198.51.100.201"
VIEWERS: Final = (User(id=7_001, name="osprey@canary.example"), User(id=7_002, name="heron"))
NAMES: Final = ("osprey", "heron")
SHOWN: Final = frozenset({STREAMS, PLAYBACK})
PLAYER: Final = Player(
    title="Boathouse",
    product="Plex for Android (TV)",
    platform="Android",
    device="Android TV box",
    version="10.18.0.4230",
    address=ADDRESS,
)

# What a server, or whoever stands before it, might say of all it was sent.
_WORDS: Final = f"https://{ADDRESS}:32400/?X-Plex-Token={TOKEN} of osprey@canary.example"

_FAULTS: Final = (
    Fault.status(500, body=json.dumps({"errors": [{"code": 1, "message": _WORDS}]}).encode()),
    Fault.status(400, body=f"<html><body><h1>{_WORDS}</h1></body></html>".encode()),
    Fault.status(401, body=f'<Response code="401" status="{_WORDS}"/>'.encode()),
    Fault.status(429, {"Retry-After": "2"}, body=_WORDS.encode()),
    Fault.redirect(f"http://{ADDRESS}/?X-Plex-Token={TOKEN}"),
    Fault.html(_WORDS.encode()),
    Fault.wrong_json({"error": _WORDS}),
    Fault.wrong_json(_WORDS.encode()),
    Fault.cut_body(),
    Fault.reset(),
    Fault.hang(),
)


class Witness:
    """Hears everything that leaves Plex Pulse while Home Assistant runs."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Listen to every event."""
        self.errors: list[str] = []
        self._events: list[Event[Any]] = []
        self._shown: list[str] = []

        @callback
        def note(event: Event[Any]) -> None:
            if event.event_type != EVENT_STATE_REPORTED:
                self._events.append(event)

        hass.bus.async_listen(MATCH_ALL, note)

    def texts(self) -> Iterator[str]:
        """Yield what was said in events and errors."""
        yield from self.errors
        for event in self._events:
            yield str(event.as_dict())

    def unshown(self) -> Iterator[str]:
        """Yield what no entity shows that is there to show names."""
        yield from self.errors
        for event in self._events:
            if event.event_type == EVENT_STATE_CHANGED and event.data["entity_id"] in SHOWN:
                continue
            yield str(event.as_dict())


def _assert_clean(text: str) -> None:
    """Hold that a text has nothing secret in it."""
    assert "canary" not in text
    assert ADDRESS not in text
    assert "X-Plex-Token=" not in text


async def _act(hass: HomeAssistant, errors: list[str]) -> None:
    """Do what somebody does in front of a dashboard, and keep what they are told."""
    for action, data in (
        ("scan_library", {"library": "Movies"}),
        ("terminate_stream", {"session_key": "1", "message": "Good night"}),
    ):
        try:
            await hass.services.async_call(DOMAIN, action, data, blocking=True)
        except HomeAssistantError as err:
            errors.append(f"{err!r} {err} {err.translation_placeholders}")


async def _through_all_faults(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    errors: list[str],
) -> None:
    """Let everything go wrong once, while two people watch and a third one acts."""
    for fault in _FAULTS:
        for path in (READ, "/identity", "/library/sections/1/refresh", NOTIFICATIONS):
            simulator.faults.add(path, fault, times=4)
        sessions = [
            simulator.sessions.start(film, user=user, player=PLAYER, method="transcode")
            for user in VIEWERS
        ]
        await heard(hass, simulator)
        simulator.push.send(_WORDS)
        simulator.push.drop()
        await until(lambda: reading(hass, PUSH) == STATE_OFF)
        hass.async_create_background_task(_act(hass, errors), "somebody's actions")
        await live(30, step=2)
        errors.append(str(entry.reason))
        simulator.faults.clear()
        for session in sessions:
            simulator.sessions.stop(session)
        await live(60, step=5)


async def test_what_is_secret_stays_in_the_entry_and_names_where_they_are_shown(
    hass_storage: dict[str, Any],
    hass: HomeAssistant,
    found_by_account: None,
    before: Before,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    live: Live,
    caplog: pytest.LogCaptureFixture,
    hass_client: ClientSessionGenerator,
) -> None:
    entry = before.entry
    announce(plextv, entry, simulator)
    plextv.faults.add("*", _FAULTS[0], times=None)
    witness = Witness(hass)
    await _through_all_faults(hass, entry, simulator, film, live, witness.errors)
    await live(600, step=10)
    simulator.sessions.start(film, user=VIEWERS[0], player=PLAYER)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    assert witness.errors

    diagnostics = json.dumps(await diagnostics_of(hass, hass_client, entry))
    repairs = str(list(ir.async_get(hass).issues.values()))
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    stored = hass_storage["core.config_entries"]["data"]["entries"]
    assert TOKEN in str(stored)
    stored[:] = [item for item in stored if item["entry_id"] != entry.entry_id]
    storage = {key: json.dumps(value, default=str) for key, value in hass_storage.items()}
    assert "core.entity_registry" in storage
    log = [
        (record.name, record.getMessage() + (record.exc_text or ""))
        for phase in ("setup", "call")
        for record in caplog.get_records(phase)
        # asyncio names the test, and with it this file, when a step takes its time.
        if record.name != "asyncio"
    ]
    states = {state.entity_id: str(state.as_dict()) for state in hass.states.async_all()}

    for text in (
        diagnostics,
        repairs,
        *storage.values(),
        *states.values(),
        *witness.texts(),
        *(text for _, text in log),
    ):
        _assert_clean(text)
    # Restored states are states.
    unshown = [
        diagnostics,
        repairs,
        *(text for key, text in storage.items() if key != "core.restore_state"),
        *(text for entity_id, text in states.items() if entity_id not in SHOWN),
        *witness.unshown(),
        *(text for name, text in log if name.startswith("custom_components.plex_pulse")),
    ]
    for name in NAMES:
        assert not [text for text in unshown if name in text]
    assert "osprey" in states[STREAMS]
    assert_well(hass, entry)
