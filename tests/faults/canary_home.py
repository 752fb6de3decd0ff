"""A Home Assistant in which a canary is looked for: who is there, and who watches what."""

import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from custom_components.plex_pulse.const import CONF_FOLLOWED_USERS
from tests.integration.clock import HeldFreezerClock
from tests.integration.conftest import Live
from tests.integration.support import heard
from tests.simulator import Item, PlexSimulator, PlexTvSimulator

from .browser import Browser
from .canaries import FOLLOWED, FOLLOWED_NAME, WATCHES_ON
from .recovery import Before
from .settings import Settings
from .somebody import Somebody
from .talkative import FAULTS, Trouble
from .witness import Witness

COMPONENTS: Final = ("config", "diagnostics", "llm", "repairs", "system_health", "websocket_api")


@pytest.fixture
async def browser(
    hass: HomeAssistant,
    clock: HeldFreezerClock,
    hass_client_no_auth: ClientSessionGenerator,
    hass_ws_client: WebSocketGenerator,
    hass_access_token: str,
    monkeypatch: pytest.MonkeyPatch,
) -> Browser:
    """Return the browser of somebody whose Home Assistant is all set up."""
    for component in COMPONENTS:
        assert await async_setup_component(hass, component, {})
    # Home Assistant's own server lets integrations come later, too.
    monkeypatch.setattr(hass.http.app.router, "freeze", lambda: None)
    return Browser(hass, clock, hass_client_no_auth, hass_ws_client, hass_access_token)


@pytest.fixture
def witness(
    hass: HomeAssistant,
    browser: Browser,
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
) -> Witness:
    """Return who hears everything, and every line of the log, from before the set-up on."""
    # It trips over frozen time.
    caplog.set_level(logging.WARNING, "aiohttp.access")
    caplog.set_level(logging.DEBUG)
    return Witness(hass, browser, hass_storage, caplog)


@pytest.fixture
def somebody(hass: HomeAssistant, browser: Browser, witness: Witness) -> Somebody:
    """Return who is in front of a dashboard."""
    return Somebody(hass, browser, witness)


@pytest.fixture
def settings(
    hass: HomeAssistant,
    browser: Browser,
    witness: Witness,
    entry: MockConfigEntry,
    plextv: PlexTvSimulator,
) -> Settings:
    """Return who goes through the dialogs."""
    return Settings(hass, browser, witness, entry, plextv)


@pytest.fixture(params=FAULTS)
def trouble(
    request: pytest.FixtureRequest,
    clock: HeldFreezerClock,
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
) -> Trouble:
    """Return what may go wrong, each kind in a test of its own."""
    clock.held = lambda: simulator.faults.hanging + plextv.faults.hanging
    return Trouble(request.param, simulator, plextv)


@pytest.fixture
def offered(simulator: PlexSimulator) -> None:
    """Have the server tell of an update that it can install."""
    simulator.state.new_version = "1.43.10.11000-0a1b2c3d4"
    simulator.state.can_install = True


@pytest.fixture
def followed(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Have one of the viewers be followed."""
    options = {CONF_FOLLOWED_USERS: {str(FOLLOWED.id): FOLLOWED_NAME}}
    hass.config_entries.async_update_entry(entry, options=options)


@pytest.fixture
async def before(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, film: Item, live: Live
) -> Before:
    """Return the entry as it is on an evening with both viewers, the first of whom pauses."""
    first, _ = (
        simulator.sessions.start(film, user=user, player=player, method="transcode")
        for user, player in WATCHES_ON.items()
    )
    await heard(hass, simulator)
    simulator.sessions.pause(first)
    await live(12)
    return Before.of(hass, pushed)
