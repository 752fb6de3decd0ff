"""The simulator's responses have the paths and types that were recorded of real servers.

recorded_types.json has the paths of the recordings and of OpenAPI's examples with the types of
their values, and no value. XML has no types: "any".
"""

from collections.abc import AsyncIterator
import json
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from tests.simulator import Kind, PlexSimulator, PlexTvSimulator
from tests.simulator.users_and_players import HEADPHONES, PHONE

from .helpers import NOTIFICATIONS, FakeClock, Fields, received

type Types = dict[str, set[str]]

RECORDED: Final[dict[str, dict[str, list[str]]]] = json.loads(
    Path(__file__).with_name("recorded_types.json").read_text()
)
REQUIRED_SHARE: Final = 0.97
CLIENT: Final = {"X-Plex-Client-Identifier": "client-1", "Accept": "application/json"}
TOKEN: Final = {"X-Plex-Token": "account-token", "Accept": "application/json"}
ITEM_ELEMENTS: Final = {"Video": "Metadata", "Track": "Metadata", "Photo": "Metadata"}
SINGLE_ELEMENTS: Final = {"User", "Player", "Session", "TranscodeSession"}


def collect(value: object, path: str, found: Types) -> None:
    """Add the paths of a JSON value with their types; a list is one path."""
    match value:
        case dict():
            for key, inner in value.items():
                collect(inner, f"{path}.{key}" if path else key, found)
        case list():
            for inner in value:
                collect(inner, f"{path}[]", found)
        case _:
            names = {bool: "boolean", int: "number", float: "number", str: "string"}
            found.setdefault(path, set()).add(names.get(type(value), "null"))


def collect_xml(element: ET.Element, path: str, found: Types, singles: set[str]) -> None:
    """Add the paths of the attributes of an XML element."""
    for name in element.attrib:
        found.setdefault(f"{path}.{name}", set()).add("any")
    for child in element:
        name = ITEM_ELEMENTS.get(child.tag, child.tag)
        suffix = "" if child.tag in singles else "[]"
        collect_xml(child, f"{path}.{name}{suffix}", found, singles)


@pytest.fixture
async def plextv(simulator: PlexSimulator, clock: FakeClock) -> AsyncIterator[PlexTvSimulator]:
    """Run a plex.tv whose account owns the server."""
    async with PlexTvSimulator(clock=clock) as plextv:
        plextv.add_account("owner", "account-token")
        plextv.claim("owner", simulator, "server-token")
        yield plextv


async def test_recorded_paths_and_types_are_in_the_responses(
    simulator: PlexSimulator,
    plextv: PlexTvSimulator,
    session: aiohttp.ClientSession,
    clock: FakeClock,
) -> None:
    answers = await _plextv_answers(plextv)
    answers |= await _server_answers(simulator, session, clock)
    missing: list[str] = []
    count = 0
    for endpoint, paths in RECORDED.items():
        found = answers.get(endpoint, {})
        for path, types in paths.items():
            count += 1
            if not found.get(path, set()) & set(types):
                missing.append(f"{endpoint}: {path} {types} not {found.get(path)}")
    share = 1 - len(missing) / count
    assert share >= REQUIRED_SHARE, f"{share:.1%} of {count}\n" + "\n".join(missing)


async def _plextv_answers(plextv: PlexTvSimulator) -> dict[str, Types]:
    answers: dict[str, Types] = {}
    async with aiohttp.ClientSession(plextv.url) as session:

        async def read(name: str, method: str, path: str, headers: dict[str, str]) -> Fields:
            async with session.request(method, path, headers=headers) as response:
                body: Fields = await response.json()
            collect(body, "", answers.setdefault(name, {}))
            return body

        created = await read("plex.tv POST /api/v2/pins", "POST", "/api/v2/pins", CLIENT)
        plextv.approve(created["id"])
        pin = f"/api/v2/pins/{created['id']}"
        await read("plex.tv GET /api/v2/pins/{id}", "GET", pin, CLIENT)
        resources = "/api/v2/resources?includeHttps=1&includeRelay=1"
        await read("plex.tv GET /api/v2/resources", "GET", resources, TOKEN)
        await read("plex.tv error", "GET", "/api/v2/user", CLIENT)
    return answers


async def _server_answers(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> dict[str, Types]:
    answers: dict[str, Types] = {}

    async def read(name: str, path: str) -> None:
        async with session.get(f"{simulator.url}{path}") as response:
            assert response.status == 200, path
            collect(await response.json(), "", answers.setdefault(name, {}))

    async def read_xml(name: str, path: str, singles: set[str] = SINGLE_ELEMENTS) -> None:
        url = f"{simulator.url}{path}"
        async with session.get(url, headers={"Accept": "*/*"}) as response:
            root = ET.fromstring(await response.text())  # noqa: S314 - the simulator's own response
        found = answers.setdefault(f"{name} (XML)", {})
        collect_xml(root, root.tag, found, singles)

    simulator.state.new_version = "1.44.0.11001-0a1b2c3d4"
    simulator.begin_activity("media.generate.credits", "Detecting credits").report(7, "Episode 1")
    home = simulator.library.section_titled("Home Videos")
    movie, track = (simulator.library.of_kind(kind)[0] for kind in (Kind.MOVIE, Kind.TRACK))
    async with session.ws_connect(f"{simulator.url}{NOTIFICATIONS}") as websocket:
        await simulator.push.connection()
        playing = simulator.sessions.start(
            movie, method="transcode", hardware=True, subtitle="burn", player=PHONE
        )
        clock.now += 10
        simulator.sessions.tick()
        simulator.sessions.start(track, player=HEADPHONES)
        simulator.sessions.start_live_tv()
        simulator.sessions.start_cloud_track()
        simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE, home)[0])
        simulator.refresh_item(movie)
        for container in await received(websocket, simulator):
            kind = container["type"]
            # The Server-Sent Events that were recorded have no type and size.
            body = container if kind == "activity" else _entries(container)
            collect(body, "", answers.setdefault(f"websocket {kind}", {}))
        assert playing.has_transcoder
        simulator.start_conversion(movie)
        await read("GET /status/sessions", "/status/sessions")
        await read("GET /transcode/sessions", "/transcode/sessions")
        await read("GET /status/sessions/background", "/status/sessions/background")
        await read_xml("GET /status/sessions", "/status/sessions")
        await read_xml("GET /transcode/sessions", "/transcode/sessions", set())
        await read_xml("GET /livetv/sessions", "/livetv/sessions")
        simulator.state.typing = "strings"
        await read("GET /status/sessions (strings)", "/status/sessions")
        simulator.sessions.stop(playing)
        for container in await received(websocket, simulator):
            kind = container["type"]
            collect(_entries(container), "", answers.setdefault(f"websocket {kind}", {}))
    await _create_playlist(simulator, session)
    for path in ("/", "/identity", "/:/prefs", "/activities", "/butler", "/updater/status"):
        await read(f"GET {path}", path)
    for path in ("/status/sessions/history/all", "/library/sections/all", "/playlists"):
        await read(f"GET {path}", f"{path}?X-Plex-Container-Size=50")
    for path in ("/hubs/continueWatching", "/livetv/dvrs"):
        await read(f"GET {path}", path)
    await read("GET /media/providers", "/media/providers")
    await read("GET /library/sections/{id}/all", "/library/sections/1/all")
    await read(
        "GET /library/sections/{id}/all?includeMeta=1", "/library/sections/1/all?includeMeta=1"
    )
    for path in ("/", "/statistics/resources", "/status/sessions/history/all"):
        await read_xml(f"GET {path}", path)
    return answers


async def _create_playlist(simulator: PlexSimulator, session: aiohttp.ClientSession) -> None:
    movie = simulator.library.of_kind(Kind.MOVIE)[0]
    query = f"title=Evening&smart=0&uri=/library/metadata/{movie.rating_key}"
    async with session.post(f"{simulator.url}/playlists?{query}") as response:
        assert response.status == 200
    for playlist in simulator.state.playlists.values():
        playlist.view_count = 1


def _entries(container: Fields) -> Fields:
    return {key: value for key, value in container.items() if key not in {"type", "size"}}
