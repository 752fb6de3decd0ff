"""Secrets, through every fault: they stay in the entry, and names where they are shown."""

import asyncio
from collections.abc import Awaitable
import json
import logging
from typing import Any, Final

from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.components.update import DOMAIN as UPDATE_DOMAIN, SERVICE_INSTALL
from homeassistant.const import ATTR_ENTITY_ID, STATE_OFF
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.plex_pulse.const import DOMAIN
from tests.integration.clock import HeldFreezerClock
from tests.integration.conftest import TOKEN, Live
from tests.integration.moving import announce
from tests.integration.support import heard, reading, state_of, until
from tests.simulator import Fault, Item, PlexSimulator, PlexTvSimulator
from tests.simulator.people import Player, User

from .recovery import NOTIFICATIONS, PUSH, STREAMS, Before, titles
from .witness import ADDRESS, NAMES, Witness, assert_clean, logged_texts, stored_texts

NOW_PLAYING: Final = "image.harbour_now_playing"
UPDATE: Final = "update.harbour_server"
VIEWERS: Final = (User(id=7_001, name="osprey@canary.example"), User(id=7_002, name="heron"))
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

FAULTS: Final = {
    "JSON": Fault.status(
        500, body=json.dumps({"errors": [{"code": 1, "message": _WORDS}]}).encode()
    ),
    "page": Fault.status(400, body=f"<html><body><h1>{_WORDS}</h1></body></html>".encode()),
    "XML": Fault.status(401, body=f'<Response code="401" status="{_WORDS}"/>'.encode()),
    "silence": Fault.status(429, {"Retry-After": "2"}, body=_WORDS.encode()),
    "redirect": Fault.redirect(f"http://{ADDRESS}/?X-Plex-Token={TOKEN}"),
    "HTML": Fault.html(_WORDS.encode()),
    "another shape": Fault.wrong_json({"error": _WORDS}),
    "no JSON": Fault.wrong_json(_WORDS.encode()),
    "cut body": Fault.cut_body(),
    "reset": Fault.reset(),
    "hang": Fault.hang(),
}
DETAILS: Final = ("/library/*", "/photo/*", "/updater/*")
ESSENTIALS: Final = ("/identity", "/status/*", "/media/*", NOTIFICATIONS)


class Somebody:
    """Who sits in front of a dashboard, presses everything, and reads what comes of it."""

    def __init__(
        self,
        hass: HomeAssistant,
        clock: HeldFreezerClock,
        hass_client: ClientSessionGenerator,
        hass_ws_client: WebSocketGenerator,
    ) -> None:
        """Have been told nothing yet."""
        self.told: list[str] = []
        self._hass = hass
        self._clock = clock
        self._hass_client = hass_client
        self._hass_ws_client = hass_ws_client

    async def act(self, session_key: str) -> None:
        """Do all that can be done, one after the other."""
        for domain, action, data in (
            (BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.harbour_movies_scan"}),
            (BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: "button.harbour_scan_libraries"}),
            (UPDATE_DOMAIN, SERVICE_INSTALL, {ATTR_ENTITY_ID: UPDATE}),
            (DOMAIN, "scan_library", {"library": "Movies"}),
            (DOMAIN, "terminate_stream", {"session_key": session_key, "message": "Good night"}),
            (DOMAIN, "mark_watched", {"rating_key": "1"}),
        ):
            await self._call(domain, action, data, answers=False)
        for action, data in (
            ("get_recently_added", {}),
            ("get_on_deck", {}),
            ("get_history", {}),
            ("search", {"query": "fog"}),
        ):
            await self._call(DOMAIN, action, data, answers=True)
        await self._while_time_passes(self._look())

    async def _call(self, domain: str, action: str, data: dict[str, str], *, answers: bool) -> None:
        """Call an action, and keep what a failure says."""
        call = self._hass.services.async_call(
            domain, action, data, blocking=True, return_response=answers
        )
        try:
            await self._while_time_passes(call)
        except HomeAssistantError as err:
            self.told.append(f"{err!r} {err} {err.translation_placeholders} {err.__cause__}")

    async def _look(self) -> None:
        """Look at the picture and at the notes of the update."""
        client = await self._hass_client()
        picture = await client.get(state_of(self._hass, NOW_PLAYING).attributes["entity_picture"])
        self.told.append(f"{picture.headers} {(await picture.read()).decode('latin-1')}")
        websocket = await self._hass_ws_client(self._hass)
        await websocket.send_json_auto_id({"type": "update/release_notes", "entity_id": UPDATE})
        self.told.append(str(await websocket.receive_json()))

    async def wait(self, seconds: int) -> None:
        """Let time pass, and whatever then happens."""
        for _ in range(seconds):
            await self._moment(1)

    async def _while_time_passes(self, what: Awaitable[object]) -> None:
        """Wait for something that may itself have to wait for a server."""
        task = asyncio.ensure_future(what)
        while not task.done():
            await self._moment(0.5)
        await task

    async def _moment(self, seconds: float) -> None:
        """Let time pass when everybody has had enough turns."""
        for _ in range(200):
            await asyncio.sleep(0)
        self._clock.advance(seconds)


@pytest.fixture
def offered(simulator: PlexSimulator) -> None:
    """Have the server tell of an update that it can install."""
    simulator.state.new_version = "1.43.10.11000-0a1b2c3d4"
    simulator.state.can_install = True


@pytest.fixture
def witness(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, caplog: pytest.LogCaptureFixture
) -> Witness:
    """Return who hears everything, and every line of the log, from before the set-up on."""
    # It trips over frozen time.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    caplog.set_level(logging.DEBUG)
    return Witness(hass, hass_client)


@pytest.fixture
async def somebody(
    hass: HomeAssistant,
    clock: HeldFreezerClock,
    hass_client: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
) -> Somebody:
    """Return who acts, in a Home Assistant whose web server is all set up."""
    for component in ("diagnostics", "websocket_api"):
        assert await async_setup_component(hass, component, {})
    return Somebody(hass, clock, hass_client, hass_ws_client)


@pytest.mark.usefixtures("found_by_account", "offered")
@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_what_is_secret_stays_in_the_entry_and_names_where_they_are_shown(
    hass_storage: dict[str, Any],
    hass: HomeAssistant,
    witness: Witness,
    before: Before,
    simulator: PlexSimulator,
    neighbour: PlexSimulator,
    plextv: PlexTvSimulator,
    film: Item,
    live: Live,
    somebody: Somebody,
    caplog: pytest.LogCaptureFixture,
    fault: Fault,
) -> None:
    announce(plextv, before.entry, simulator)
    plextv.faults.add("*", FAULTS["JSON"], times=None)
    first, second = (
        simulator.sessions.start(film, user=user, player=PLAYER, method="transcode")
        for user in VIEWERS
    )
    await heard(hass, simulator)
    simulator.sessions.pause(first)
    await heard(hass, simulator)

    # What a well server answers to somebody who asks is one thing; its end is another.
    for path in DETAILS:
        simulator.faults.add(path, fault, times=None)
    third = simulator.sessions.start(film)
    await heard(hass, simulator)
    await somebody.act(third.session_key)
    simulator.faults.clear()
    await somebody.wait(100)
    await live(60)

    for path in (*DETAILS, *ESSENTIALS):
        simulator.faults.add(path, fault, times=None)
    simulator.push.send(_WORDS)
    simulator.push.drop()
    await until(lambda: reading(hass, PUSH) == STATE_OFF)
    await live(30, step=2)
    await somebody.act(first.session_key)
    await live(40, step=2)
    await witness.look(before.entry)

    simulator.faults.clear()
    simulator.sessions.stop(second)
    await live(400, step=10)
    assert titles(hass) == [film.title]
    assert NAMES[0] in str(state_of(hass, STREAMS).as_dict())
    await witness.look(before.entry)

    # Another server at the address is a matter for a repair.
    await simulator.stop()
    await neighbour.start(port=simulator.port)
    await live(30, step=2)
    await witness.look(before.entry)
    assert witness.issues
    await neighbour.stop()
    await simulator.start()
    await live(400, step=10)

    assert len(somebody.told) > 5
    witness.told += somebody.told
    assert_clean(
        [
            *witness.texts(),
            *logged_texts(caplog),
            *await stored_texts(hass, hass_storage, before.entry, TOKEN),
        ]
    )
    before.assert_back()
