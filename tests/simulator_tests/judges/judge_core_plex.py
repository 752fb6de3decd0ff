"""Core's own Plex integration is set up against the simulator and follows its streams.

Only the name plex.tv is rerouted; nothing stands between the programs.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
import time
from typing import Final

from homeassistant.config_entries import SOURCE_USER
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.setup import async_setup_component
import pytest

from scripts.judges_support.hosts import reroute_requests
from tests.simulator import Kind, PlexSimulator, PlexTvSimulator
from tests.simulator.users_and_players import LIVING_ROOM

_TIMEOUT_SECONDS: Final = 30


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[PlexSimulator]:
    """Run a server that the account of a simulated plex.tv owns."""
    async with PlexSimulator("server-token") as simulator, PlexTvSimulator() as plextv:
        plextv.add_account("owner", "account-token")
        plextv.claim("owner", simulator, "server-token")
        reroute_requests(plextv.url)
        yield simulator


@pytest.fixture
def expected_lingering_timers() -> bool:
    """Allow core's timers, which outlive the entry."""
    return True


@pytest.fixture
def expected_lingering_tasks() -> bool:
    """Allow core's tasks, which outlive the entry."""
    return True


async def _wait_for(hass: HomeAssistant, holds: Callable[[], bool]) -> float:
    """Wait until something holds and return the seconds that it took."""
    started_at = time.monotonic()
    while not holds():
        if time.monotonic() - started_at > _TIMEOUT_SECONDS:
            pytest.fail(f"states after {_TIMEOUT_SECONDS} s: {hass.states.async_all()}")
        await asyncio.sleep(0.1)
    return time.monotonic() - started_at


def _players(hass: HomeAssistant) -> list[str]:
    """Return the states of the media players."""
    return [state.state for state in hass.states.async_all("media_player")]


def _titles(hass: HomeAssistant) -> list[str]:
    """Return what the media players play."""
    return [state.attributes["media_title"] for state in hass.states.async_all("media_player")]


@pytest.mark.timeout(180)
async def test_core_follows_streams(
    hass: HomeAssistant, server: PlexSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    assert await async_setup_component(hass, "http", {})
    flow = await hass.config_entries.flow.async_init("plex", context={"source": SOURCE_USER})
    flow = await hass.config_entries.flow.async_configure(
        flow["flow_id"], {"next_step_id": "manual_setup"}
    )
    # With the account's token alone, core finds the server at plex.tv.
    flow = await hass.config_entries.flow.async_configure(
        flow["flow_id"],
        {"port": 32400, "ssl": False, "verify_ssl": True, "token": "account-token"},
    )
    assert flow["type"] is FlowResultType.CREATE_ENTRY
    assert flow["data"]["server"] == server.state.friendly_name
    await _wait_for(hass, lambda: server.push.connected == 1)
    await _wait_for(hass, lambda: bool(hass.states.async_all("sensor")))
    (sensor,) = [state.entity_id for state in hass.states.async_all("sensor")]

    def watching(count: str) -> Callable[[], bool]:
        return lambda: (state := hass.states.get(sensor)) is not None and state.state == count

    await _wait_for(hass, watching("0"))
    movie, episode = (server.library.of_kind(kind)[0] for kind in (Kind.MOVIE, Kind.EPISODE))
    stream = server.sessions.start(movie, player=LIVING_ROOM)
    seen = await _wait_for(hass, lambda: _players(hass) == ["playing"])
    counted = await _wait_for(hass, watching("1"))
    server.sessions.pause(stream)
    paused = await _wait_for(hass, lambda: _players(hass) == ["paused"])
    server.sessions.resume(stream)
    await _wait_for(hass, lambda: _players(hass) == ["playing"])
    server.sessions.next_item(stream, episode)
    await _wait_for(
        hass,
        lambda: hass.states.async_all("media_player")[0].attributes["media_title"] == "Chapter 1",
    )
    server.sessions.stop(stream)
    stopped = await _wait_for(hass, lambda: _players(hass) != ["playing"])
    await _wait_for(hass, watching("0"))
    assert not [r for r in caplog.records if r.levelname == "ERROR" and "plex" in r.name]
    # Core debounces its reads by a second or more; only a pause arrives as it is.
    assert max(seen, counted, stopped) < 15
    assert paused < 5
