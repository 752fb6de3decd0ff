"""The live feed has what was played last on each server."""

from dataclasses import replace

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import Advance
from tests.simulator import Item, PlexSimulator

from ..helpers import settle
from .browser import Browse, Browser, user_token

INTERVAL = 10


async def test_last_played_comes_from_the_history_for_administrators(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
) -> None:
    user = await browse(await user_token(hass, {"entities": {"all": True}}))
    await user.subscribe()
    await settle(hass)
    await user.events()
    assert user.servers[loaded_entry.entry_id]["last_played"] is None

    newest = max(simulator.sessions.history, key=lambda view: view.viewed_at)
    administrator = await browse()
    await administrator.subscribe()
    await settle(hass)
    await administrator.events()
    last_played = administrator.servers[loaded_entry.entry_id]["last_played"]
    assert last_played["at"] == newest.viewed_at
    assert last_played["user"] is not None

    session = simulator.sessions.start(film)
    await advance(INTERVAL)
    simulator.sessions.stop(session)
    await advance(INTERVAL)
    for browser in (user, administrator):
        await browser.events()
        assert browser.servers[loaded_entry.entry_id]["last_played"]["title"] == film.title


async def test_empty_history_has_nothing_that_was_played_last(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    simulator.sessions.history.clear()
    simulator.requests.clear()
    await browser.subscribe()
    await settle(hass)
    assert await browser.events() == []
    assert browser.servers[loaded_entry.entry_id]["last_played"] is None
    paths = [request.path for request in simulator.requests]
    assert "/status/sessions/history/all" in paths
    assert "/accounts" not in paths


async def test_last_played_of_an_unknown_account_has_no_user(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    newest = max(simulator.sessions.history, key=lambda view: view.viewed_at)
    deleted = replace(newest, account_id=999, viewed_at=newest.viewed_at + 1)
    simulator.sessions.history.append(deleted)
    await browser.subscribe()
    await settle(hass)
    await browser.events()
    last_played = browser.servers[loaded_entry.entry_id]["last_played"]
    assert (last_played["at"], last_played["user"]) == (deleted.viewed_at, None)
