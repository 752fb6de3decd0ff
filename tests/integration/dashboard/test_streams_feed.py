"""The live feed: a snapshot, then only what has changed."""

from itertools import pairwise

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from tests.fixtures.home_assistant import Advance, RunFor
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER

from ..helpers import deliver_push, settle
from .browser import Browse, Browser

INTERVAL = 10


async def test_snapshot_has_every_field_of_a_server_and_its_streams(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
    snapshot: SnapshotAssertion,
) -> None:
    simulator.sessions.start(film, user=JUNIPER, method="transcode", hardware=True, location="wan")
    await advance(INTERVAL)
    await browser.subscribe()
    server = browser.servers[loaded_entry.entry_id]
    for stream in server["streams"]:
        stream["image"] = bool(stream["image"])
    assert server | {"entry_id": "entry"} == snapshot


@pytest.mark.push
async def test_started_paused_and_stopped_streams_are_sent_at_once(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    browser: Browser,
) -> None:
    await browser.subscribe()
    # The last played item is read once.
    await settle(hass)
    await browser.events()
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    (added,) = event["changes"][entry_with_push.entry_id]["add"]
    assert (added["id"], added["title"], added["state"]) == ("1", film.title, "playing")

    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    change = event["changes"][entry_with_push.entry_id]["change"]["1"]
    assert change["state"] == "paused"
    assert change.keys() <= {"state", "state_since", "position", "position_updated_at"}

    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    changes = [event["changes"][entry_with_push.entry_id] for event in await browser.events()]
    assert changes[0]["remove"] == ["1"]
    assert browser.servers[entry_with_push.entry_id]["last_played"]["title"] == film.title
    assert browser.streams(entry_with_push.entry_id) == {}


@pytest.mark.push
async def test_reported_positions_are_sent_only_after_a_seek(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    browser: Browser,
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await browser.subscribe()
    for _ in range(6):
        await run_for(10, step=10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert await browser.events() == []

    simulator.sessions.seek(session, 600_000)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    change = event["changes"][entry_with_push.entry_id]["change"]["1"]
    assert change == {"position": 600.0, "position_updated_at": pytest.approx(event["now"], abs=1)}


async def test_transcode_progress_is_batched_every_15_seconds(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE)
    for film in films[:3]:
        simulator.sessions.start(film, method="transcode")
    await advance(INTERVAL)
    await browser.subscribe()
    sent_at: list[float] = []
    for _ in range(75):
        await advance(2)
        for event in await browser.events():
            (changes,) = event["changes"].values()
            assert changes.keys() == {"transcode"}
            assert changes["transcode"].keys() <= {"1", "2", "3"}
            sent_at.append(event["now"])
    gaps = [after - before for before, after in pairwise(sent_at)]
    assert len(gaps) >= 2
    # Timers may fire up to a second early here, because `advance` adds the jitter.
    assert min(gaps) >= 14


@pytest.mark.push
async def test_pushed_transcode_progress_needs_no_read(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    browser: Browser,
) -> None:
    simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    await browser.subscribe()
    before = browser.streams(entry_with_push.entry_id)["1"]["buffer"]
    simulator.requests.clear()
    for _ in range(30):
        await run_for(10, step=10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
        await browser.events()
    assert browser.streams(entry_with_push.entry_id)["1"]["buffer"] > before + 3
    assert not [request for request in simulator.requests if request.path == "/status/sessions"]


async def test_new_transcode_is_sent_with_its_buffer(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
) -> None:
    session = simulator.sessions.start(film)
    await advance(INTERVAL)
    await browser.subscribe()
    assert browser.streams(loaded_entry.entry_id)["1"]["buffer"] is None
    simulator.sessions.change_method(session, "transcode")
    await advance(INTERVAL)
    (event, *_) = await browser.events()
    change = event["changes"][loaded_entry.entry_id]["change"]["1"]
    assert change["method"] == "transcode"
    assert isinstance(change["buffer"], int)


async def test_requested_server_that_does_not_exist_is_not_found(
    loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    await browser.subscribe(servers=["gone", loaded_entry.entry_id])
    assert browser.servers["gone"] == {"entry_id": "gone", "status": "not_found"}
    assert browser.servers[loaded_entry.entry_id]["status"] == "ok"


async def test_two_browsers_get_the_same_changes_until_they_unsubscribe(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
) -> None:
    first, second = await browse(), await browse()
    await first.subscribe()
    subscription = await second.subscribe()
    simulator.sessions.start(film)
    await advance(INTERVAL)
    assert await first.events() == await second.events() != []
    await second.call("unsubscribe_events", subscription=subscription)
    simulator.sessions.start_live_tv()
    await advance(INTERVAL)
    assert await second.events() == []
    assert len(await first.events()) == 1
