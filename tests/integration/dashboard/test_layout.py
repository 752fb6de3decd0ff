"""The layout of the dashboard: from the registries, by unique id, in the user's language."""

from collections.abc import Iterator
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from tests.fixtures.home_assistant import TOKEN, Advance
from tests.simulator import PlexSimulator
from tests.simulator.users_and_players import JUNIPER, KESTREL

from ..followed_users import follow_users
from ..helpers import set_up, settle
from .browser import Browse, Browser, Json, user_token
from .columns import empty_cells

DASHBOARD = "plex_pulse/dashboard"


def cards_of(config: object) -> Iterator[Json]:
    """Yield every card and badge of a dashboard."""
    if isinstance(config, dict):
        if "type" in config:
            yield config
        for value in config.values():
            yield from cards_of(value)
    elif isinstance(config, list):
        for value in config:
            yield from cards_of(value)


def entities_of(config: object) -> set[str]:
    """Return every entity that a dashboard shows."""
    found: set[str] = set()
    for card in cards_of(config):
        listed: list[Any] = [card.get("entity"), *card.get("entities", ())]
        listed += card.get("target", {}).get("entity_id", ())
        for entity in listed:
            if entity is not None:
                found.add(entity["entity"] if isinstance(entity, dict) else entity)
    return found


def view_of(dashboard: Json, path: str) -> Json:
    """Return a view of a dashboard."""
    view: Json = next(view for view in dashboard["views"] if view["path"] == path)
    return view


@pytest.fixture
async def other(hass: HomeAssistant, other_server: PlexSimulator) -> MockConfigEntry:
    """Return the entry of another server."""
    other = MockConfigEntry(
        domain="plex_pulse",
        title="Lighthouse",
        unique_id=other_server.state.machine_identifier,
        entry_id="01LIGHTHOUSE00000000000000",
        data={"url": other_server.url, "token": TOKEN, "verify_ssl": True},
    )
    other.add_to_hass(hass)
    await set_up(hass, other)
    return other


async def test_all_views_of_one_server(
    hass: HomeAssistant,
    all_entities_enabled: None,
    loaded_entry: MockConfigEntry,
    browser: Browser,
    snapshot: SnapshotAssertion,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    dashboard = await browser.call(DASHBOARD, language="en")
    assert str(dashboard).count(loaded_entry.entry_id)
    assert _without_ids(dashboard, loaded_entry) == snapshot


@pytest.mark.parametrize("columns", [1, 2, 3])
async def test_sections_leave_no_part_of_a_row_empty(
    loaded_entry: MockConfigEntry, browser: Browser, columns: int
) -> None:
    dashboard = await browser.call(DASHBOARD, language="en", views=["now", "new", "server"])
    for view in dashboard["views"]:
        assert not empty_cells(view["sections"], columns), view["path"]


@pytest.mark.parametrize("columns", [1, 2, 3])
async def test_sections_of_followed_users_and_load_leave_no_part_of_a_row_empty(
    hass: HomeAssistant,
    all_entities_enabled: None,
    loaded_entry: MockConfigEntry,
    browser: Browser,
    columns: int,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    dashboard = await browser.call(DASHBOARD, language="en", views=["now", "new", "server"])
    assert len(view_of(dashboard, "now")["sections"]) == 4
    for view in dashboard["views"]:
        assert not empty_cells(view["sections"], columns), view["path"]


async def test_on_deck_is_shown_by_the_streams_card_alone_while_nothing_plays(
    loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    dashboard = await browser.call(DASHBOARD, language="en")
    (on_deck,) = view_of(dashboard, "now")["sections"][-1:]
    assert on_deck["cards"][0]["source"] == "on_deck"
    (condition,) = on_deck["visibility"]
    assert condition["conditions"] == [
        {"condition": "numeric_state", "entity": "sensor.harbour_active_streams", "above": 0}
    ]


async def test_every_entity_that_is_shown_exists_and_no_text_is_a_key(
    hass: HomeAssistant,
    all_entities_enabled: None,
    loaded_entry: MockConfigEntry,
    other: MockConfigEntry,
    browser: Browser,
) -> None:
    dashboard = await browser.call(DASHBOARD, language="en")
    shown = entities_of(dashboard)
    assert len(shown) > 60
    assert all(hass.states.get(entity_id) is not None for entity_id in shown)
    for card in cards_of(dashboard):
        assert not str(card.get("heading", "")).startswith("section_")
    assert [view["title"] for view in dashboard["views"]] == ["Now", "New", "History", "Server"]
    assert "127.0.0.1" not in str(dashboard)


async def test_disabled_hidden_and_renamed_entities(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    entity_registry: er.EntityRegistry,
    browser: Browser,
) -> None:
    before = entities_of(await browser.call(DASHBOARD, language="en"))
    assert {"sensor.harbour_active_streams", "sensor.harbour_transcodes"} < before
    assert "sensor.harbour_host_cpu" not in before
    entity_registry.async_update_entity(
        "sensor.harbour_active_streams", new_entity_id="sensor.what_plays"
    )
    entity_registry.async_update_entity(
        "sensor.harbour_transcodes", disabled_by=er.RegistryEntryDisabler.USER
    )
    entity_registry.async_update_entity(
        "sensor.harbour_wan_bandwidth", hidden_by=er.RegistryEntryHider.USER
    )
    await settle(hass)
    after = entities_of(await browser.call(DASHBOARD, language="en"))
    assert after - before == {"sensor.what_plays"}
    assert before - after == {
        "sensor.harbour_active_streams",
        "sensor.harbour_transcodes",
        "sensor.harbour_wan_bandwidth",
    }


async def test_followed_users_come_and_go(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    now = view_of(await browser.call(DASHBOARD, language="en"), "now")
    assert "sensor.harbour_juniper_now_playing" in entities_of(now)
    await follow_users(hass, loaded_entry)
    now = view_of(await browser.call(DASHBOARD, language="en"), "now")
    assert "sensor.harbour_juniper_now_playing" not in entities_of(now)
    assert "Followed users" not in str(now)


async def test_libraries_come_and_go(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    new = view_of(await browser.call(DASHBOARD, language="en"), "new")
    assert len(new["sections"]) == 1 + len(simulator.library.sections)
    section = simulator.library.section_titled("Movies")
    simulator.library.remove_section(section)
    await advance(3600)
    await settle(hass)
    dashboard = await browser.call(DASHBOARD, language="en")
    assert len(view_of(dashboard, "new")["sections"]) == 1 + len(simulator.library.sections)
    assert section.uuid not in str(dashboard)


async def test_chosen_servers_views_and_libraries(
    loaded_entry: MockConfigEntry,
    other: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
) -> None:
    movies = next(each for each in simulator.library.sections.values() if each.type == "movie")
    dashboard = await browser.call(
        DASHBOARD,
        language="en",
        servers=[loaded_entry.entry_id, "removed"],
        views=["server", "new", "now"],
        libraries=[movies.uuid, "removed"],
    )
    assert [view["path"] for view in dashboard["views"]] == ["now", "new", "server"]
    assert not any("lighthouse" in entity_id for entity_id in entities_of(dashboard))
    (section,) = view_of(dashboard, "new")["sections"]
    (shelf,) = section["cards"]
    assert (shelf["library"], shelf["title"]) == (movies.uuid, movies.title)
    (streams,) = view_of(dashboard, "now")["sections"][0]["cards"]
    assert streams == {"type": "custom:plex-pulse-streams", "servers": [loaded_entry.entry_id]}


async def test_several_servers_have_their_name_in_titles(
    loaded_entry: MockConfigEntry, other: MockConfigEntry, browser: Browser
) -> None:
    dashboard = await browser.call(DASHBOARD, language="en")
    now = view_of(dashboard, "now")
    assert now["sections"][0]["cards"] == [{"type": "custom:plex-pulse-streams"}]
    assert [badge["name"] for badge in now["badges"][:1]] == ["Harbour"]
    titles = {
        card["title"]
        for card in cards_of(view_of(dashboard, "new"))
        if card["type"] == "custom:plex-pulse-shelf"
    }
    assert {"Movies · Harbour", "Movies · Lighthouse"} < titles
    headings = {
        card["heading"]
        for card in cards_of(view_of(dashboard, "server"))
        if card["type"] == "heading"
    }
    assert {"API health · Harbour", "API health · Lighthouse"} < headings


async def test_server_without_plex_pass_has_no_load_section(
    hass: HomeAssistant,
    all_entities_enabled: None,
    simulator: PlexSimulator,
    loaded_entry: MockConfigEntry,
    browser: Browser,
) -> None:
    assert "Load" in str(await browser.call(DASHBOARD, language="en"))
    simulator.state.plex_pass = False
    for entity in list(er.async_get(hass).entities.values()):
        if entity.unique_id.endswith(("_cpu", "_memory")):
            er.async_get(hass).async_remove(entity.entity_id)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    dashboard = await browser.call(DASHBOARD, language="en")
    assert "Load" not in str(dashboard)
    assert "sensor.harbour_active_streams" in entities_of(dashboard)


async def test_shared_server_has_libraries_but_no_streams(
    hass: HomeAssistant, simulator: PlexSimulator, entry: MockConfigEntry, browse: Browse
) -> None:
    simulator.add_shared_token("canary-shared-token", [1, 2])
    registry = er.async_get(hass)
    for entity in er.async_entries_for_config_entry(registry, entry.entry_id):
        registry.async_remove(entity.entity_id)
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "token": "canary-shared-token"}
    )
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    dashboard = await (await browse()).call(DASHBOARD, language="en")
    assert [view["path"] for view in dashboard["views"]] == ["now", "new", "history", "server"]
    shown = entities_of(dashboard)
    assert "sensor.harbour_active_streams" not in shown
    assert not any(entity_id.startswith("button.") for entity_id in shown)
    assert len(view_of(dashboard, "new")["sections"]) == 3


async def test_server_that_is_not_loaded_keeps_its_layout(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    before = entities_of(await browser.call(DASHBOARD, language="en"))
    servers = await browser.call("plex_pulse/servers")
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    dashboard = await browser.call(DASHBOARD, language="en")
    assert entities_of(dashboard) == before
    unloaded = await browser.call("plex_pulse/servers")
    assert {str(library) for library in unloaded["servers"][0]["libraries"]} == {
        str(library) for library in servers["servers"][0]["libraries"]
    }


async def test_without_a_server_there_is_only_the_streams_card(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    dashboard = await browser.call(DASHBOARD, language="en")
    assert [view["cards"] for view in dashboard["views"]] == [
        [{"type": "custom:plex-pulse-streams"}]
    ]


@pytest.mark.parametrize(
    ("language", "title"),
    [("de", "Jetzt"), ("pt-BR", "Agora"), ("he", "Now"), ("xx", "Now")],
)
async def test_titles_are_in_the_user_s_language_or_in_english(
    loaded_entry: MockConfigEntry, browser: Browser, language: str, title: str
) -> None:
    dashboard = await browser.call(DASHBOARD, language=language)
    assert view_of(dashboard, "now")["title"] == title


async def test_user_sees_only_entities_that_they_may_read(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, browse: Browse
) -> None:
    allowed = {"sensor.harbour_active_streams": True, "sensor.harbour_bandwidth": True}
    browser = await browse(await user_token(hass, {"entities": {"entity_ids": allowed}}))
    assert entities_of(await browser.call(DASHBOARD, language="en")) == set(allowed)


@pytest.mark.parametrize(
    "fields",
    [{}, {"language": ""}, {"language": "en", "views": ["watchlist"]}, {"language": 3}],
)
async def test_invalid_request_is_refused(
    loaded_entry: MockConfigEntry, browser: Browser, fields: Json
) -> None:
    assert await browser.error_of(DASHBOARD, **fields) == "invalid_format"


def _without_ids(value: object, entry: MockConfigEntry) -> object:
    """Return a value with a fixed word in place of the entry id."""
    if isinstance(value, dict):
        return {key: _without_ids(item, entry) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_ids(item, entry) for item in value]
    return "entry" if value == entry.entry_id else value
