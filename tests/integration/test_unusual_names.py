"""Names and numbers that look like none are shown as they are, and stay apart."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import STREAMS
from tests.fixtures.home_assistant import RunFor
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .actions import get_response
from .helpers import deliver_push, set_up, state_of


async def test_libraries_named_by_symbols_or_alike_have_entities_of_their_own(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
) -> None:
    titles = ("🎬", "映画", "Фильмы", "Movies")
    before = {section.uuid for section in simulator.library.sections.values()}
    for title in titles:
        simulator.library.add_section(title, "movie")
    await set_up(hass, entry)
    added = {
        section.uuid
        for section in simulator.library.sections.values()
        if section.uuid not in before
    }
    counts = [
        entity.entity_id
        for entity in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if entity.unique_id.endswith("_movies") and any(uuid in entity.unique_id for uuid in added)
    ]
    assert len(set(counts)) == len(titles)
    assert all(state_of(hass, entity_id).state == "0" for entity_id in counts)


@pytest.mark.push
async def test_season_and_episode_zero_are_numbers(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
) -> None:
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    assert episode.parent is not None
    episode.index = 0
    episode.parent.index = 0
    simulator.sessions.start(episode)
    await deliver_push(hass, simulator)
    await run_for(2)
    (stream,) = state_of(hass, STREAMS).attributes["streams"]
    assert (stream["season"], stream["episode"]) == (0, 0)


async def test_action_asks_which_of_two_libraries_of_one_name_is_meant(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    second = simulator.library.add_section("Movies", "movie")
    await set_up(hass, entry)
    with pytest.raises(HomeAssistantError, match=f"Several libraries .*1, {second.key}"):
        await get_response(hass, "get_recently_added", library="Movies")
    found = await get_response(hass, "get_recently_added", library=str(second.key))
    assert found["items"] == []
