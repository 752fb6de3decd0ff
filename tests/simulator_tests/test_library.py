"""Library endpoints: formats, paging, counts, recently added, images."""

import struct
from typing import Any
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from tests.simulator import Kind, PlexSimulator

from .helpers import FakeClock


async def container(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    """Read a JSON container."""
    async with session.get(url) as response:
        assert response.status == 200
        body: dict[str, Any] = (await response.json())["MediaContainer"]
        return body


@pytest.mark.parametrize("accept", ["*/*", "text/html", "application/xml", ""])
async def test_default_format_is_xml(
    simulator: PlexSimulator, session: aiohttp.ClientSession, accept: str
) -> None:
    url = f"{simulator.url}/library/sections/1/all?X-Plex-Container-Size=1"
    async with session.get(url, headers={"Accept": accept}) as response:
        assert response.headers["Content-Type"] == "text/xml;charset=utf-8"
        root = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own response
    video = root.find("Video")
    assert video is not None
    assert video.get("title") == "The Amber Almanac"
    media = video.find("Media")
    assert media is not None
    assert media.get("videoResolution") == "4k"


async def test_accept_header_with_several_types_returns_json(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    accept = {"Accept": "text/plain, application/json;q=0.9, */*"}
    async with session.get(f"{simulator.url}/library/sections", headers=accept) as response:
        assert response.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("path", "element"),
    [
        ("/library/sections/1/all", "Video"),
        ("/library/sections/2/all", "Directory"),
        ("/library/sections/2/all?type=4", "Video"),
        ("/library/sections/3/all?type=10", "Track"),
        ("/library/sections/4/all", "Directory"),
        ("/library/sections/4/all?clusterZoomLevel=1", "Photo"),
    ],
)
async def test_xml_names_items_by_their_type(
    simulator: PlexSimulator, session: aiohttp.ClientSession, path: str, element: str
) -> None:
    async with session.get(f"{simulator.url}{path}", headers={"Accept": "*/*"}) as response:
        root = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own response
    assert {child.tag for child in root} == {element}


async def test_booleans_are_typed_in_json_and_digits_in_xml(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/library/sections"
    directory = (await container(session, url))["Directory"][0]
    assert directory["refreshing"] is False
    assert directory["key"] == "1"
    async with session.get(url, headers={"Accept": "*/*"}) as response:
        root = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own response
    assert root[0].get("refreshing") == "0"


async def test_totals_are_only_in_requested_pages(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/library/sections/2/all?type=4"
    async with session.get(url) as response:
        whole = (await response.json())["MediaContainer"]
        assert "X-Plex-Container-Total-Size" not in response.headers
    assert "totalSize" not in whole
    assert "offset" not in whole
    assert whole["size"] == len(whole["Metadata"]) == 60

    page = {"X-Plex-Container-Start": "58", "X-Plex-Container-Size": "5"}
    async with session.get(url, headers=page) as response:
        assert response.headers["X-Plex-Container-Total-Size"] == "60"
        part = (await response.json())["MediaContainer"]
    assert (part["size"], part["totalSize"], part["offset"]) == (2, 60, 58)
    assert part["Metadata"] == whole["Metadata"][58:]


async def test_page_of_size_0_has_total_and_no_list(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    body = await container(
        session,
        f"{simulator.url}/library/sections/2/all?type=4"
        "&X-Plex-Container-Start=0&X-Plex-Container-Size=0",
    )
    assert (body["size"], body["totalSize"]) == (0, 60)
    assert "Metadata" not in body


@pytest.mark.parametrize(
    ("section", "query", "expected"),
    [
        (1, "type=1&includeCollections=0", 40),
        (1, "type=1&includeCollections=1", 41),
        (2, "", 6),
        (2, "type=3", 9),
        (2, "type=4", 60),
        (3, "type=8", 5),
        (3, "type=9", 12),
        (3, "type=10", 100),
        (4, "type=14", 3),
        (4, "clusterZoomLevel=1", 32),
        (5, "", 5),
        (6, "", 8),
    ],
)
async def test_each_kind_of_item_is_counted(
    simulator: PlexSimulator,
    session: aiohttp.ClientSession,
    section: int,
    query: str,
    expected: int,
) -> None:
    url = f"{simulator.url}/library/sections/{section}/all?{query}&X-Plex-Container-Size=0"
    assert (await container(session, url))["totalSize"] == expected


async def test_providers_include_storage_on_request(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{simulator.url}/media/providers"
    plain = await container(session, url)
    stored = await container(session, f"{url}?includeStorage=1")
    assert plain["friendlyName"] == stored["friendlyName"] == "Harbour"
    home, movies, *_ = stored["MediaProvider"][0]["Feature"][0]["Directory"]
    assert "id" not in home
    films = simulator.library.of_kind(Kind.MOVIE, simulator.library.sections[1])
    assert movies["id"] == "1"
    assert movies["durationTotal"] == sum(film.duration or 0 for film in films)
    assert movies["storageTotal"] == sum(film.media.size for film in films if film.media)
    assert "storageTotal" not in plain["MediaProvider"][0]["Feature"][0]["Directory"][1]


async def test_recently_added_is_sorted_and_groups_episodes_by_season(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    season = simulator.library.of_kind(Kind.SEASON)[-1]
    clock.now += 60
    simulator.library.add_item(Kind.EPISODE, "Late arrival", season)
    newest = await container(
        session,
        f"{simulator.url}/library/sections/2/all?type=4&sort=addedAt:desc&X-Plex-Container-Size=1",
    )
    assert newest["Metadata"][0]["title"] == "Late arrival"
    assert newest["Metadata"][0]["grandparentTitle"] == "Cartwheel Lane"
    mixed = await container(session, f"{simulator.url}/library/recentlyAdded")
    assert mixed["Metadata"][0]["type"] == "season"
    assert mixed["Metadata"][0]["ratingKey"] == str(season.rating_key)
    recent = await container(session, f"{simulator.url}/library/sections/2/recentlyAdded")
    assert recent["Metadata"][0]["title"] == "Late arrival"


async def test_section_can_be_renamed_and_removed(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    library = simulator.library
    uuid = library.sections[1].uuid
    library.rename_section(library.sections[1], "Films")
    library.remove_section(library.sections[2])
    library.add_section("Concerts", "movie", personal=True)
    body = await container(session, f"{simulator.url}/library/sections")
    titles = [directory["title"] for directory in body["Directory"]]
    assert titles == ["Films", "Music", "Photos", "Home Videos", "Kids Movies", "Concerts"]
    assert body["Directory"][0]["uuid"] == uuid
    assert body["Directory"][-1]["agent"] == "tv.plex.agents.none"
    empty = await container(session, f"{simulator.url}/library/sections/7/all")
    assert empty["size"] == 0
    assert "Metadata" not in empty


async def test_removing_show_removes_episodes_but_removing_collection_keeps_items(
    simulator: PlexSimulator,
) -> None:
    library = simulator.library
    library.remove_item(library.of_kind(Kind.SHOW)[0])
    assert len(library.of_kind(Kind.EPISODE)) == 60 - 16
    films = len(library.of_kind(Kind.MOVIE))
    library.remove_item(library.of_kind(Kind.COLLECTION)[0])
    assert len(library.of_kind(Kind.MOVIE)) == films


async def test_single_items_have_streams_and_children(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    season = simulator.library.of_kind(Kind.SEASON)[0]
    body = await container(session, f"{simulator.url}/library/metadata/{film.rating_key}")
    video, audio = body["Metadata"][0]["Media"][0]["Part"][0]["Stream"]
    assert (video["streamType"], video["colorTrc"]) == (1, "smpte2084")
    assert (audio["streamType"], audio["codec"]) == (2, "truehd")
    children = await container(
        session, f"{simulator.url}/library/metadata/{season.rating_key}/children"
    )
    assert children["size"] == 8


async def test_images_are_png_of_requested_size(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    path = f"/library/metadata/{film.rating_key}/thumb/{film.added_at}"
    query = f"?url={path}&width=120&height=90"
    for url, size in ((path, (240, 360)), (f"/photo/:/transcode{query}", (120, 90))):
        async with session.get(f"{simulator.url}{url}") as response:
            assert response.headers["Content-Type"] == "image/png"
            body = await response.read()
        assert body.startswith(b"\x89PNG\r\n\x1a\n")
        assert struct.unpack(">II", body[16:24]) == size


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("url=/library/metadata/1/thumb/1", 400),
        ("url=/library/metadata/99999/thumb/1&width=9&height=9", 404),
    ],
)
async def test_invalid_image_request_is_an_error(
    simulator: PlexSimulator, session: aiohttp.ClientSession, query: str, status: int
) -> None:
    async with session.get(f"{simulator.url}/photo/:/transcode?{query}") as response:
        assert response.status == status


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ("title=amber alm", ["The Amber Almanac"]),
        ("title==The Amber Almanac", ["The Amber Almanac"]),
        ("title==amber", []),
        ("year>>=2023&sort=year:desc", ["The Gilded Causeway"]),
    ],
)
async def test_filters_select_items(
    simulator: PlexSimulator, session: aiohttp.ClientSession, query: str, titles: list[str]
) -> None:
    body = await container(session, f"{simulator.url}/library/sections/1/all?{query}")
    assert [item["title"] for item in body.get("Metadata", [])] == titles
