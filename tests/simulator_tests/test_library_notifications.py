"""Notifications of the library and of background activities."""

import aiohttp

from tests.simulator import Kind, PlexSimulator
from tests.simulator.notifications import timeline

from .helpers import Fields, entries, received

type Websocket = aiohttp.ClientWebSocketResponse


async def test_added_item_is_notified_in_states_and_deleted_item_once(
    simulator: PlexSimulator, websocket: Websocket
) -> None:
    show = simulator.library.of_kind(Kind.SHOW)[0]
    season = show.children[0]
    episode = simulator.library.add_item(Kind.EPISODE, "Chapter 9", season)
    steps = entries(await received(websocket, simulator), "timeline")
    assert [(step["state"], step.get("metadataState")) for step in steps] == [
        (0, "created"),
        (1, "queued"),
        (3, "loading"),
        (4, None),
        (5, None),
    ]
    about = {
        "identifier": "com.plexapp.plugins.library",
        "sectionID": "2",
        "itemID": str(episode.rating_key),
        "parentItemID": str(season.rating_key),
        "rootItemID": str(show.rating_key),
        "type": 4,
        "title": "Chapter 9",
    }
    assert all(step.items() >= about.items() for step in steps)
    simulator.push.publish(timeline(episode, 5))
    assert entries(await received(websocket, simulator), "timeline") == [steps[-1]]
    simulator.library.remove_item(season)
    deleted = entries(await received(websocket, simulator), "timeline")
    assert [entry["title"] for entry in deleted[-2:]] == ["Chapter 9", "Season 1"]
    assert {(entry["state"], entry["metadataState"]) for entry in deleted} == {(9, "deleted")}


async def test_scan_is_one_activity_between_two_status_notifications(
    simulator: PlexSimulator, websocket: Websocket
) -> None:
    section = simulator.library.section_titled("Movies")
    found = simulator.scan(section, items=["The New Almanac", "The New Beacon"], frames=1556)
    containers = await received(websocket, simulator)
    activities = entries(containers, "activity")
    assert len(activities) == 1556
    assert [entry["event"] for entry in (activities[0], activities[1], activities[-1])] == [
        "started",
        "updated",
        "ended",
    ]
    progress = [entry["Activity"]["progress"] for entry in activities]
    assert progress == sorted(progress)
    assert (progress[0], progress[-1]) == (0, 100)
    assert len({entry["uuid"] for entry in activities}) == 1
    assert activities[0]["Activity"]["type"] == "library.update.section"
    assert activities[0]["Activity"]["Context"] == {"librarySectionID": "1"}
    assert entries(containers, "status") == [
        {"title": title, "description": "", "notificationName": "LIBRARY_UPDATE"}
        for title in ("Scanning the Movies section", "Library scan complete")
    ]
    created = [entry for entry in entries(containers, "timeline") if entry["state"] == 0]
    assert [entry["itemID"] for entry in created] == [str(item.rating_key) for item in found]
    assert {item.section for item in found} == {section}


async def test_activities_are_listed_until_they_end_or_server_restarts(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async def read(path: str, key: str) -> list[Fields]:
        async with session.get(f"{simulator.url}{path}") as response:
            found: list[Fields] = (await response.json())["MediaContainer"].get(key, [])
            return found

    scan = simulator.begin_scan(simulator.library.sections[1])
    credits_search = simulator.begin_activity("media.generate.credits", "Detecting credits")
    scan.report(40, "Films")
    scanning, _ = await read("/activities", "Activity")
    assert (scanning["progress"], scanning["subtitle"]) == (40, "Films")
    assert (await read("/library/sections", "Directory"))[0]["refreshing"] is True
    scan.end()
    assert (await read("/library/sections", "Directory"))[0]["refreshing"] is False
    assert [row["uuid"] for row in await read("/activities", "Activity")] == [credits_search.uuid]
    await simulator.stop()
    await simulator.start()
    assert await read("/activities", "Activity") == []
    credits_search.end()


async def test_reachability_is_notified_and_in_root(
    simulator: PlexSimulator, session: aiohttp.ClientSession, websocket: Websocket
) -> None:
    for on, state in ((False, "unknown"), (True, "mapped")):
        simulator.reachable(on)
        assert entries(await received(websocket, simulator), "reachability") == [
            {"reachability": on}
        ]
        async with session.get(f"{simulator.url}/") as response:
            assert (await response.json())["MediaContainer"]["myPlexMappingState"] == state
