"""The lists of the History view while the history of a server cannot be read."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from tests.integration.actions import get_response
from tests.integration.conftest import TOKEN, Advance
from tests.integration.dashboard.browser import Json, browse_with
from tests.integration.helpers import diagnostics_of, entry_state
from tests.simulator import Fault, PlexSimulator

from .conftest import HISTORY_PATH, imported, set_up

type ReadTop = Callable[..., Awaitable[Json]]


@pytest.fixture
async def read_top(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> ReadTop:
    """Return a function that reads a list as the card does."""
    # Before the first client, after which no view can be added.
    for component in ("websocket_api", "diagnostics"):
        assert await async_setup_component(hass, component, {})

    async def read(**fields: object) -> Json:
        browser = await browse_with(hass, hass_ws_client, hass_client)()
        return await browser.call("plex_pulse/history/top", period="all", **fields)

    return read


def _errors(top: Json) -> list[str]:
    """Return the error codes of a list that has no rows."""
    assert top["rows"] == []
    return [failed["error"] for failed in top["failed"]]


async def test_list_of_an_unloaded_server_has_rows_again_after_setup(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, read_top: ReadTop
) -> None:
    await imported(hass)
    before = await read_top(by="title")
    assert len(before["rows"]) == 10
    assert await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert _errors(await read_top(by="title")) == ["not_loaded"]
    await set_up(hass, loaded_entry)
    assert (await read_top(by="title"))["rows"] == before["rows"]


async def test_list_of_a_server_that_refused_the_token_requests_signing_in(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_top: ReadTop,
    advance: Advance,
) -> None:
    await imported(hass)
    simulator.revoke(TOKEN)
    assert not await hass.config_entries.async_reload(loaded_entry.entry_id)
    for _ in range(10):
        await advance(30)
    assert entry_state(loaded_entry) is ConfigEntryState.SETUP_ERROR
    assert _errors(await read_top(by="title")) == ["sign_in_required"]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.status(403), "no_rights"),
        (Fault.status(429, {"Retry-After": "1"}), "rate_limited"),
        (Fault.status(500), "cannot_connect"),
    ],
)
async def test_list_says_why_the_history_cannot_be_read_until_it_can(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_top: ReadTop,
    verify: Callable[[], Awaitable[None]],
    hass_client: ClientSessionGenerator,
    fault: Fault,
    code: str,
) -> None:
    simulator.faults.add(HISTORY_PATH, fault, times=None)
    await set_up(hass, entry)
    assert _errors(await read_top(by="title")) == [code]
    status = (await diagnostics_of(hass, hass_client, entry))["history"]["status"]
    assert status.startswith("failed: ")
    simulator.faults.clear()
    await verify()
    assert (await get_response(hass, "get_top", period="all"))["top"]


async def test_list_is_loading_until_the_history_was_read(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_top: ReadTop,
    hass_client: ClientSessionGenerator,
    advance: Advance,
) -> None:
    simulator.faults.add(HISTORY_PATH, Fault.hang(), times=None)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await simulator.faults.wait_reached()
    top = await read_top(by="title")
    assert (top["loading"], top["rows"], top["failed"]) == (True, [], [])
    assert (await get_response(hass, "get_top"))["loading"]
    found = (await diagnostics_of(hass, hass_client, entry))["history"]
    assert (found["status"], found["plays"]) == ("reading", 0)
    simulator.faults.clear()
    for _ in range(3):
        await advance(31)
    await imported(hass)
    answer = await get_response(hass, "get_top", period="all")
    assert not answer["loading"]
    assert answer["top"]
    found = (await diagnostics_of(hass, hass_client, entry))["history"]
    assert (found["status"], found["plays"]) == ("complete", len(simulator.sessions.history))


async def test_durations_of_items_without_length_rank_by_plays(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, read_top: ReadTop
) -> None:
    """The items of the history were deleted, so that no length is known."""
    history = simulator.sessions.history
    history[:] = [replace(view, item=None) for view in history]
    await set_up(hass, entry)
    top = await read_top(by="title", measure="duration")
    assert top["measure"] == "plays"
    assert {row["duration"] for row in top["rows"]} == {None}
    assert {row["type"] for row in top["rows"]} == {"movie"}


async def test_disabled_playback_event_refreshes_no_list(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    read_top: ReadTop,
    entity_registry: er.EntityRegistry,
) -> None:
    await imported(hass)
    assert (await read_top(by="title"))["refresh_entities"] == ["event.harbour_playback"]
    entity_registry.async_update_entity(
        "event.harbour_playback", disabled_by=er.RegistryEntryDisabler.USER
    )
    assert (await read_top(by="title"))["refresh_entities"] == []


async def test_clip_has_a_wide_picture(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator, read_top: ReadTop
) -> None:
    row = {
        "historyKey": "/status/sessions/history/1",
        "title": "Beach",
        "type": "clip",
        "viewedAt": int(simulator.clock()) - 60,
        "accountID": 1,
        "deviceID": 1,
        "librarySectionID": "1",
    }
    container = {"size": 1, "totalSize": 1, "Metadata": [row]}
    simulator.faults.add(HISTORY_PATH, Fault.wrong_json({"MediaContainer": container}), times=None)
    await set_up(hass, entry)
    (clip,) = (await read_top(by="title"))["rows"]
    assert (clip["type"], clip["image_shape"], clip["plays"]) == ("clip", "wide", 1)
