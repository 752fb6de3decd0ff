"""How the items that were added are read, and what is told when they are not."""

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Fault, PlexSimulator

from .conftest import Wait
from .events import CREATED, DELETED, DONE, LIBRARY, EventListener, add_film, notify, reads
from .support import reading, set_up


async def test_items_that_arrive_together_are_an_event_each_and_few_requests(
    library_listener: EventListener, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    films = [add_film(simulator, f"Part {number}") for number in range(120)]
    for film in films:
        notify(loaded, film, CREATED)
    for film in films:
        notify(loaded, film, DONE)
    await wait(10)
    assert library_listener.heard == [("added", film.title) for film in films]
    assert reads(simulator) == [50, 50, 20]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(404),
        Fault.status(500),
        Fault.status(429, {"Retry-After": "300"}),
        Fault.html(),
        Fault.reset(),
    ],
    ids=["gone", "failing", "rate limited", "web page", "reset"],
)
async def test_an_item_that_cannot_be_read_is_told_by_the_title_it_was_notified_with(
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
    fault: Fault,
) -> None:
    simulator.faults.add("/library/metadata/*", fault, times=None)
    film = add_film(simulator)
    notify(loaded, film, CREATED, DONE, title="fog.2021")
    await wait(10)
    (event,) = library_listener.events
    assert (event["title"], event["type"], event["library"], event["rating_key"]) == (
        "fog.2021",
        "movie",
        "Movies",
        str(film.rating_key),
    )
    assert library_listener.heard

    simulator.faults.clear()
    await wait(300)
    notify(loaded, add_film(simulator, "Mist"), CREATED, DONE, title="mist.2022")
    await wait(10)
    assert library_listener.heard == [("added", "Mist")]


async def test_an_item_that_is_missing_from_the_answer_costs_none_of_the_others(
    library_listener: EventListener, loaded: MockConfigEntry, simulator: PlexSimulator, wait: Wait
) -> None:
    films = [add_film(simulator, title) for title in ("Fog", "Mist", "Haze")]
    for film in films:
        notify(loaded, film, CREATED, DONE, title="file name")
    simulator.library.remove_item(films[1])
    await wait(10)
    assert library_listener.heard == [("added", "Fog"), ("added", "file name"), ("added", "Haze")]


async def test_an_item_that_goes_while_it_is_read_is_not_told_at_all(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    simulator.faults.add("/library/metadata/*", Fault.hang())
    film = add_film(simulator)
    notify(loaded, film, CREATED, DONE)
    await simulator.fault_reached()
    notify(loaded, film, DELETED)
    # Gives up waiting, and then reads it once more.
    await wait(10)
    assert len(reads(simulator)) == 2
    assert library_listener.heard == []


async def test_what_changes_while_the_server_seems_away_is_told_when_it_is_back(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    simulator.faults.add("*", Fault.status(500), times=None)
    await wait(10)
    assert reading(hass, LIBRARY) == STATE_UNAVAILABLE
    notify(loaded, add_film(simulator, "Fog"), DELETED)
    notify(loaded, add_film(simulator, "Mist"), DELETED)
    assert library_listener.heard == []
    simulator.faults.clear()
    await wait(10)
    assert library_listener.heard == [("deleted", "Fog"), ("deleted", "Mist")]


async def test_libraries_that_cannot_be_read_do_not_silence_their_news(
    hass: HomeAssistant,
    library_listener: EventListener,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    simulator.faults.add("/media/providers", Fault.status(500), times=None)
    await wait(3600)
    assert reading(hass, "sensor.harbour_movies_movies") == STATE_UNAVAILABLE
    notify(loaded, add_film(simulator), CREATED, DONE)
    await wait(10)
    assert library_listener.heard == [("added", "Fog")]


async def test_nothing_is_read_when_nobody_wants_to_hear(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    entity_registry.async_update_entity(LIBRARY, disabled_by=er.RegistryEntryDisabler.USER)
    await hass.config_entries.async_reload(loaded.entry_id)
    await wait(10)
    notify(loaded, add_film(simulator), CREATED, DONE)
    await wait(10)
    assert reads(simulator) == []

    entity_registry.async_update_entity(LIBRARY, disabled_by=None)
    await hass.config_entries.async_reload(loaded.entry_id)
    await wait(10)
    library_listener = EventListener(hass, LIBRARY)
    notify(loaded, add_film(simulator), CREATED, DONE)
    await wait(10)
    assert library_listener.heard == [("added", "Fog")]


async def test_an_entry_that_is_unloaded_reads_nothing_more(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    wait: Wait,
) -> None:
    notify(loaded, add_film(simulator), CREATED, DONE)
    assert await hass.config_entries.async_unload(loaded.entry_id)
    await wait(10)
    assert reads(simulator) == []

    library_listener = EventListener(hass, LIBRARY)
    await set_up(hass, loaded)
    await wait(10)
    assert library_listener.heard == []
