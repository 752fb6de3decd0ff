"""A Home Assistant with a simulated Media Server on a real loopback socket."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator
from dataclasses import replace
from datetime import timedelta
import logging
from pathlib import Path
import ssl
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
)
from pytest_homeassistant_custom_component.syrupy import HomeAssistantSnapshotExtension
from syrupy.assertion import SnapshotAssertion

from custom_components.plex_pulse.api import RateLimiterRegistry
from custom_components.plex_pulse.const import CONF_ACCOUNT_TOKEN, CONF_CONNECTION, DOMAIN
from custom_components.plex_pulse.shared_state import DATA_SHARED, SharedState
from tests.simulator import Item, PlexSimulator, PlexTvSimulator
from tests.simulator.certificate import self_signed_context
from tests.simulator.library import Kind
from tests.simulator.plextv_accounts import PlexAccount

from .clock import FreezerClock, HeldFreezerClock
from .support import heard, is_listening, settle, until
from .translations import TranslationWatch, watch_translations

TOKEN = "canary-owner-token"
NEW_TOKEN = "canary-new-token"
ACCOUNT_TOKEN = "canary-account-token"
ACCESS_TOKEN = "canary-access-token"

# tcpmux, which nothing offers: whoever asks there is refused at once.
CLOSED_PORT = 1

type Wait = Callable[[float], Awaitable[None]]
type Live = Callable[..., Awaitable[None]]


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations: None) -> None:
    """Let Home Assistant find Plex Pulse."""


@pytest.fixture(autouse=True)
def _stored_in_memory(hass_storage: dict[str, Any]) -> None:
    """Keep what Home Assistant stores in memory."""


@pytest.fixture(autouse=True)
def _nothing_secret_is_shown(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture
) -> Iterator[None]:
    """Fail every test that leaves a token or an address in a log or a state."""
    # Home Assistant logs each entity; all its lines are read where all faults are gone through.
    caplog.set_level(logging.WARNING)
    caplog.set_level(logging.DEBUG, "custom_components.plex_pulse")
    yield
    for record in (*caplog.get_records("setup"), *caplog.get_records("call")):
        if record.name.startswith(("custom_components.plex_pulse", "homeassistant.")):
            assert "canary" not in record.getMessage() + (record.exc_text or "")
        if record.name.startswith("custom_components.plex_pulse"):
            assert "127.0.0.1" not in record.getMessage() + (record.exc_text or "")
    for state in hass.states.async_all():
        assert "canary" not in str(state.as_dict())
        assert "127.0.0.1" not in str(state.as_dict())


@pytest.fixture(autouse=True)
def translation_watch(monkeypatch: pytest.MonkeyPatch) -> Iterator[TranslationWatch]:
    """Fail every test in which something is shown that has no English words."""
    watch = watch_translations(monkeypatch)
    yield watch
    assert not watch.problems


@pytest.fixture
def snapshot(snapshot: SnapshotAssertion) -> SnapshotAssertion:
    """Write Home Assistant's objects as core's tests do."""
    return snapshot.use_extension(HomeAssistantSnapshotExtension)


@pytest.fixture
def all_entities_enabled() -> Iterator[None]:
    """Enable what is off by default, too."""
    with patch("homeassistant.helpers.entity.Entity.entity_registry_enabled_default", new=True):
        yield


@pytest.fixture
def is_pushed(request: pytest.FixtureRequest) -> bool:
    """Return whether the test is about push; the others are about polls alone."""
    return "pushed" in request.fixturenames


@pytest.fixture(autouse=True)
def _polls_alone(is_pushed: bool) -> Iterator[None]:
    """Let nothing but polls tell of the server, unless the test is about push."""
    if is_pushed:
        yield
        return
    with patch("custom_components.plex_pulse.push.PushListener.async_start"):
        yield


@pytest.fixture
def clock(hass: HomeAssistant, freezer: FrozenDateTimeFactory, is_pushed: bool) -> FreezerClock:
    """Have the clients live by the frozen time, in a network where Plex itself is away."""
    freezer.move_to("2026-11-20T20:00:00+00:00")
    clock = (HeldFreezerClock if is_pushed else FreezerClock)(freezer)
    hass.data[DATA_SHARED] = SharedState(
        rate_limiters=RateLimiterRegistry(clock),
        plex_tv=f"http://127.0.0.1:{CLOSED_PORT}",
        approval_page=f"http://127.0.0.1:{CLOSED_PORT}/auth",
        discovery=("127.0.0.1", CLOSED_PORT),
    )
    return clock


@pytest.fixture
async def plextv(
    socket_enabled: None, hass: HomeAssistant, clock: FreezerClock
) -> AsyncGenerator[PlexTvSimulator]:
    """Return a plex.tv with nobody's account yet, which this Home Assistant asks."""
    plextv = PlexTvSimulator(clock=clock.time, sleep=clock.sleep)
    await plextv.start()
    hass.data[DATA_SHARED] = replace(
        hass.data[DATA_SHARED], plex_tv=plextv.url, approval_page=plextv.approval_page
    )
    yield plextv
    await plextv.stop()


def list_server(
    plextv: PlexTvSimulator,
    server: PlexSimulator,
    *,
    account: str = "owner",
    access_token: str = ACCESS_TOKEN,
    owner_name: str | None = None,
) -> None:
    """List a server for an account, as shared by its owner if one is named."""
    plextv.add_server(
        account,
        server.state.friendly_name,
        server.state.machine_identifier,
        access_token,
        connections=[plextv.connection_to(server)],
        owned=owner_name is None,
        owner_name=owner_name,
    )


@pytest.fixture
def account(plextv: PlexTvSimulator, simulator: PlexSimulator) -> PlexAccount:
    """Return the owner's account at plex.tv, which lists that one server."""
    account = plextv.add_account("owner", ACCOUNT_TOKEN)
    simulator.tokens.add_owner(ACCESS_TOKEN)
    list_server(plextv, simulator)
    return account


@pytest.fixture
async def simulator(socket_enabled: None, clock: FreezerClock) -> AsyncGenerator[PlexSimulator]:
    """Return a Media Server with libraries on which nothing plays yet."""
    simulator = PlexSimulator(token=TOKEN, clock=clock.time, sleep=clock.sleep, scenario="quiet")
    await simulator.start(host="127.0.0.1", port=0)
    yield simulator
    await simulator.stop()


@pytest.fixture
async def neighbour(socket_enabled: None, clock: FreezerClock) -> AsyncGenerator[PlexSimulator]:
    """Return another Media Server, which would accept the same token."""
    neighbour = PlexSimulator(
        token=TOKEN,
        clock=clock.time,
        scenario="quiet",
        friendly_name="Lighthouse",
        machine_identifier="0123456789abcdef0123456789abcdef01234567",
    )
    await neighbour.start(host="127.0.0.1", port=0)
    yield neighbour
    await neighbour.stop()


@pytest.fixture
async def moved(
    socket_enabled: None, clock: FreezerClock, simulator: PlexSimulator
) -> AsyncGenerator[PlexSimulator]:
    """Return the same server at another port, where it takes both tokens."""
    moved = PlexSimulator(token=TOKEN, clock=clock.time, scenario="quiet")
    moved.tokens.add_owner(NEW_TOKEN)
    await moved.start(host="127.0.0.1", port=0)
    yield moved
    await moved.stop()


@pytest.fixture
async def elsewhere(clock: FreezerClock, simulator: PlexSimulator) -> AsyncGenerator[PlexSimulator]:
    """Return the same Media Server as it answers at another port."""
    async with PlexSimulator(
        TOKEN, clock=clock.time, machine_identifier=simulator.state.machine_identifier
    ) as elsewhere:
        yield elsewhere


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return something to play."""
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    return film


@pytest.fixture
def certificate(hass: HomeAssistant, tmp_path: Path) -> ssl.SSLContext:
    """Return a server's side of TLS, whose part in a refused handshake fails no test."""
    complain = hass.loop.get_exception_handler()
    assert complain is not None

    def handle(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if not isinstance(context.get("exception"), OSError):
            complain(loop, context)

    hass.loop.set_exception_handler(handle)
    return self_signed_context(tmp_path)


@pytest.fixture
def entry(hass: HomeAssistant, simulator: PlexSimulator) -> MockConfigEntry:
    """Return the entry of that server, not yet set up."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Harbour",
        unique_id=simulator.state.machine_identifier,
        data={CONF_URL: simulator.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
def found_by_account(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Have the entry know the account through which its server was found."""
    data = {**entry.data, CONF_ACCOUNT_TOKEN: ACCOUNT_TOKEN, CONF_CONNECTION: "local"}
    hass.config_entries.async_update_entry(entry, data=data)


@pytest.fixture
async def loaded(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    """Return the entry of that server, set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    return entry


@pytest.fixture
async def second_entry(
    hass: HomeAssistant, loaded: MockConfigEntry, neighbour: PlexSimulator
) -> MockConfigEntry:
    """Return the entry of a second server, set up after the first."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Lighthouse",
        unique_id=neighbour.state.machine_identifier,
        data={CONF_URL: neighbour.url, CONF_TOKEN: TOKEN, CONF_VERIFY_SSL: True},
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    return entry


@pytest.fixture
async def pushed(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
) -> MockConfigEntry:
    """Return the entry of that server, set up and told what happens there."""
    clock.held = lambda: simulator.faults.hanging
    await simulator.push.connection()
    await simulator.push.heard()
    await settle(hass)
    return loaded


@pytest.fixture
def wait(hass: HomeAssistant, clock: FreezerClock) -> Wait:
    """Return what lets seconds pass, and every poll happen that is then due."""

    async def wait(seconds: float) -> None:
        clock.advance(seconds)
        # Coordinators add up to half a second of their own.
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=0.6))
        await settle(hass)

    return wait


@pytest.fixture
def live(
    hass: HomeAssistant, simulator: PlexSimulator, wait: Wait, clock: HeldFreezerClock
) -> Live:
    """Return what lets seconds pass bit by bit, as they do."""

    async def live(seconds: float, step: float = 1) -> None:
        for _ in range(int(seconds / step)):
            await wait(step)
            # Whoever wants to connect either has, or waits for the next try.
            await until(
                lambda: bool(
                    simulator.push.connected
                    or clock.asleep
                    or clock.held()
                    or not is_listening(hass)
                )
            )
            await heard(hass, simulator)

    return live
