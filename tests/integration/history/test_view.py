"""The History view: its statistics exist, and its sections depend on the server."""

from collections.abc import Awaitable, Callable, Iterator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from tests.integration.dashboard.browser import Json, browse_with
from tests.integration.dashboard.columns import empty_cells
from tests.integration.followed_users import follow_users
from tests.simulator import PlexSimulator
from tests.simulator.users_and_players import JUNIPER, KESTREL

from .conftest import imported, reload

type ReadView = Callable[..., Awaitable[dict[str, list[Json]]]]


def _cards(view: Json) -> Iterator[tuple[str, Json]]:
    """Yield each card with the heading above it; lists have a title of their own."""
    for section in view["sections"]:
        heading = ""
        for card in section["cards"]:
            if card["type"] == "heading":
                heading = card["heading"]
            else:
                yield card.get("title", heading), card


def _shown(cards: list[Json]) -> dict[str, Any]:
    """Return the names that graphs and numbers show, by id of the statistic or entity."""
    found: dict[str, Any] = {}
    for card in cards:
        for entity in card.get("entities", ()):
            found[entity["entity"]] = entity["name"]
        if "entity" in card:
            found[card["entity"]] = card["name"]
    return found


@pytest.fixture
def read_view(
    hass: HomeAssistant,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> ReadView:
    """Return a function that reads the cards of the History view by heading or title."""

    async def read(**fields: object) -> dict[str, list[Json]]:
        browser = await browse_with(hass, hass_ws_client, hass_client)()
        dashboard = await browser.call(
            "plex_pulse/dashboard", language="en", views=["history"], **fields
        )
        (view,) = dashboard["views"]
        sections: dict[str, list[Json]] = {}
        for heading, card in _cards(view):
            sections.setdefault(heading, []).append(card)
        return sections

    return read


@pytest.fixture
def prefix(simulator: PlexSimulator) -> str:
    """Return the beginning of the statistic ids of the server."""
    return f"plex_pulse:{simulator.state.machine_identifier}_"


@pytest.mark.parametrize("columns", [1, 2, 3])
async def test_sections_leave_no_part_of_a_row_empty(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
    columns: int,
) -> None:
    browser = await browse_with(hass, hass_ws_client, hass_client)()
    dashboard = await browser.call("plex_pulse/dashboard", language="en", views=["history"])
    (view,) = dashboard["views"]
    assert len(view["sections"]) == 5
    assert not empty_cells(view["sections"], columns)


async def test_all_statistics_and_entities_of_the_view_exist(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    read_view: ReadView,
    read_names: Callable[[], Awaitable[dict[str, str | None]]],
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    await imported(hass)
    shown = [each for cards in (await read_view()).values() for each in _shown(cards)]
    names = await read_names()
    statistics = {each for each in shown if each.startswith("plex_pulse:")}
    assert len(statistics) == 7
    assert statistics <= names.keys()
    entities = set(shown) - statistics
    assert {"sensor.harbour_watch_time", "sensor.harbour_watch_time_transcode"} < entities
    assert all(hass.states.get(entity_id) is not None for entity_id in entities)


async def test_plays_are_shown_per_day_by_kind_and_by_user(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, read_view: ReadView, prefix: str
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    await imported(hass)
    view = await read_view()
    (kinds,) = view["Plays per day"]
    (users,) = view["Plays per day by user"]
    for graph in (kinds, users):
        assert (graph["type"], graph["chart_type"]) == ("statistics-graph", "bar-stack")
        assert (graph["period"], graph["stat_types"]) == ("day", ["change"])
    assert _shown([kinds]) == {
        f"{prefix}plays_movie": "Movies",
        f"{prefix}plays_episode": "Episodes",
        f"{prefix}plays_track": "Tracks",
    }
    assert _shown([users]) == {
        f"{prefix}user_{JUNIPER.id}_plays": "juniper",
        f"{prefix}user_{KESTREL.id}_plays": "kestrel",
    }


async def test_this_month_is_compared_with_the_last_one(
    loaded_entry: MockConfigEntry, read_view: ReadView, prefix: str
) -> None:
    view = await read_view()
    months = view["Plays per month"]
    assert [card["entity"] for card in months] == [f"{prefix}plays"] * 2
    assert [card["name"] for card in months] == ["This month", "Last month"]
    assert [card["grid_options"]["columns"] for card in months] == [6, 6]
    assert [card["period"]["calendar"] for card in months] == [
        {"period": "month", "offset": 0},
        {"period": "month", "offset": -1},
    ]


@pytest.mark.parametrize(
    ("has_pass", "heading", "series"),
    [
        (True, "Watch time measured by Plex", "watch_time_plex"),
        (False, "Watch time from item lengths (upper bound)", "watch_time_upper_bound"),
    ],
)
async def test_past_watch_time_is_named_by_its_source(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_view: ReadView,
    prefix: str,
    has_pass: bool,
    heading: str,
    series: str,
) -> None:
    simulator.state.plex_pass = has_pass
    assert await hass.config_entries.async_setup(entry.entry_id)
    await imported(hass)
    view = await read_view()
    past = {name: cards for name, cards in view.items() if "upper" in name or "measured" in name}
    assert list(past) == [heading]
    assert list(_shown(past[heading])) == [prefix + series]


async def test_names_contain_the_server_if_there_are_several(
    hass: HomeAssistant,
    second_entry: MockConfigEntry,
    loaded_entry: MockConfigEntry,
    read_view: ReadView,
    prefix: str,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    await imported(hass)
    view = await read_view()
    kinds = _shown(view["Plays per day"])
    assert len(kinds) == 6
    assert kinds[f"{prefix}plays_movie"] == "Movies · Harbour"
    assert list(_shown(view["Plays per day by user"]).values()) == ["juniper · Harbour"]
    # A name with that of the server takes the whole width.
    assert [card["grid_options"]["columns"] for card in view["Plays per month"]] == [12] * 4
    assert [card["name"] for card in view["Plays per month"]] == [
        "This month · Harbour",
        "Last month · Harbour",
        "This month · Lighthouse",
        "Last month · Lighthouse",
    ]
    assert set(_shown(view["Watch time per day"]).values()) == {"Harbour", "Lighthouse"}
    tops = [cards[0] for cards in view.values() if cards[0]["type"] == "custom:plex-pulse-top"]
    assert [card["by"] for card in tops] == ["title", "user", "player", "hour"]
    assert all("servers" not in card for card in tops)
    chosen = await read_view(servers=[second_entry.entry_id])
    tops = [cards[0] for cards in chosen.values() if cards[0]["type"] == "custom:plex-pulse-top"]
    assert [card["servers"] for card in tops] == [[second_entry.entry_id]] * 4
    assert not any(each.startswith(prefix) for cards in chosen.values() for each in _shown(cards))


async def test_token_of_a_shared_user_shows_no_graph_by_user(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_view: ReadView,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    await imported(hass)
    assert "Plays per day by user" in await read_view()
    simulator.add_shared_token("canary-shared", [1])
    hass.config_entries.async_update_entry(
        loaded_entry, data={**loaded_entry.data, "token": "canary-shared"}
    )
    await reload(hass, loaded_entry)
    view = await read_view()
    assert "Plays per day by user" not in view
    assert "Plays per day" in view
