"""The LLM tools for Assist: small, read-only responses."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.plex_pulse.const import DOMAIN
from tests.assist import assist_tools, call_tool, expose_servers, server_results
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, PHONE

from .conftest import Advance

TOOLS = ("get_streams", "get_recently_added", "get_on_deck", "get_top", "search")


@pytest.fixture(autouse=True)
async def _exposed(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> None:
    """Expose the server to Assist."""
    await expose_servers(hass)


async def test_the_tools_exist_while_an_entry_is_loaded(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    tools = await assist_tools(hass)
    assert tuple(tools) == TOOLS
    for tool in tools.values():
        assert tool.title
        assert tool.description
        assert tool.integration == DOMAIN
        assert tool.annotations.read_only
        assert not tool.annotations.destructive
    await hass.config_entries.async_unload(loaded_entry.entry_id)
    assert not await assist_tools(hass)
    assert not [record for record in caplog.records if "LLM" in record.getMessage()]


async def test_get_streams_returns_title_and_user(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert await server_results(hass, "get_streams") == [
        {"server": "Harbour", "streams": [], "count": 0}
    ]
    episode = simulator.library.of_kind(Kind.EPISODE)[0]
    simulator.sessions.start(episode, user=JUNIPER, player=PHONE, state="paused")
    await advance(10)
    assert await server_results(hass, "get_streams") == [
        {
            "server": "Harbour",
            "streams": [
                {
                    "title": "Chapter 1",
                    "series": "Tidewrack Bay",
                    "season": 1,
                    "episode": 1,
                    "type": "episode",
                    "user": "juniper",
                    "state": "paused",
                    "progress": 0,
                    "method": "direct_play",
                    "library": "TV Shows",
                }
            ],
            "count": 1,
        }
    ]


@pytest.mark.parametrize("action", [tool for tool in TOOLS if tool != "get_top"])
async def test_a_response_stays_small(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    action: str,
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE)
    for film in films:
        film.summary = "Fog and more fog. " * 200
    for film in films[:40]:
        simulator.sessions.start(film)
    await advance(10)
    (answer,) = await server_results(
        hass, action, **({"query": "the"} if action == "search" else {})
    )
    rows = answer["streams" if action == "get_streams" else "items"]
    assert 0 < len(rows) <= 10
    assert answer["count"] == (40 if action == "get_streams" else len(rows))
    assert len(str(answer)) < 6_000
    assert not {"rating_key", "session_key", "codec"} & {key for row in rows for key in row}


async def test_a_search_requires_a_query_of_two_characters(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    (answer,) = await server_results(hass, "search", query="umbrella")
    assert [item["title"] for item in answer["items"]] == ["The Umbrella Orchestra"]
    for arguments in ({}, {"query": "x"}):
        with pytest.raises(vol.Invalid):
            await call_tool(hass, "search", **arguments)


async def test_all_servers_are_queried_unless_one_is_selected(
    hass: HomeAssistant, second_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    await expose_servers(hass)
    section = other_server.library.section_titled("Movies")
    other_server.library.add_item(Kind.MOVIE, "The Glass Weir", section)
    answers = await server_results(hass, "search", query="The Glass Weir")
    assert [(answer["server"], answer["count"]) for answer in answers] == [
        ("Harbour", 0),
        ("Lighthouse", 1),
    ]
    for name, count in (("Harbour", 0), ("Lighthouse", 1)):
        (answer,) = await server_results(hass, "search", query="The Glass Weir", server=name)
        assert (answer["server"], answer["count"]) == (name, count)
    with pytest.raises(vol.Invalid):
        await call_tool(hass, "search", query="The Glass Weir", server="Canal")


async def test_servers_with_the_same_name_are_all_queried(
    hass: HomeAssistant, second_entry: MockConfigEntry
) -> None:
    await expose_servers(hass)
    hass.config_entries.async_update_entry(second_entry, title="Harbour")
    for tool in (await assist_tools(hass)).values():
        assert "server" not in {str(marker) for marker in tool.parameters.schema}
    answers = await server_results(hass, "get_streams")
    assert [answer["server"] for answer in answers] == ["Harbour", "Harbour"]


async def test_with_one_server_there_is_no_server_parameter(
    hass: HomeAssistant, loaded_entry: MockConfigEntry
) -> None:
    for tool in (await assist_tools(hass)).values():
        assert "server" not in {str(marker) for marker in tool.parameters.schema}


async def test_a_failing_server_does_not_hide_the_results_of_another(
    hass: HomeAssistant, second_entry: MockConfigEntry, other_server: PlexSimulator
) -> None:
    await expose_servers(hass)
    other_server.faults.add("/library/onDeck", Fault.status(500), times=None)
    first, second = await server_results(hass, "get_on_deck")
    assert first["items"]
    assert second == {
        "server": "Lighthouse",
        "error": "The Plex Media Server returned an error: 500 Internal Server Error",
    }
    assert (await call_tool(hass, "get_on_deck", server="Lighthouse")).error
    other_server.faults.clear()
    _, second = await server_results(hass, "get_on_deck")
    assert second["items"]
