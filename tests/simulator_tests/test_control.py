"""Control by another process: sessions, faults, tokens, maintenance."""

import aiohttp
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
import pytest

from tests.simulator import PlexSimulator
from tests.simulator.control import control_routes

from .helpers import read_sessions


async def test_control_pauses_resumes_and_stops_sessions(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for command, states in (("pause", ["paused"]), ("resume", ["playing"]), ("stop", [])):
        async with session.post(f"{evening.url}/simulator/sessions/1/{command}") as response:
            assert response.status == 200
        found = [i for i in await read_sessions(session, evening) if i["sessionKey"] == "1"]
        assert [item["Player"]["state"] for item in found] == states
    async with session.post(f"{evening.url}/simulator/sessions/1/stop") as response:
        assert response.status == 404


async def test_control_starts_a_session(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{evening.url}/simulator/sessions"
    async with session.post(url, json={"title": "First snow"}) as response:
        key = (await response.json())["key"]
    found = [item for item in await read_sessions(session, evening) if item["sessionKey"] == key]
    assert [item["title"] for item in found] == ["First snow"]
    async with session.post(url, json={"title": "Last snow"}) as response:
        assert response.status == 404


async def test_control_scan_adds_items(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{evening.url}/simulator/scan"
    for library, status in (("Movies", 200), ("Lost Movies", 404)):
        async with session.post(url, json={"library": library, "titles": ["New"]}) as response:
            assert response.status == status
    assert [
        item.section.title for item in evening.library.items.values() if item.title == "New"
    ] == ["Movies"]


@pytest.mark.parametrize(
    ("command", "expected"),
    [
        ({"kind": "status", "status": 429, "headers": {"Retry-After": "20"}}, 429),
        ({"kind": "redirect", "location": "/elsewhere"}, 302),
        ({"kind": "html"}, 200),
        ({"kind": "wrong_json", "value": []}, 200),
    ],
)
async def test_control_adds_and_clears_faults(
    evening: PlexSimulator,
    session: aiohttp.ClientSession,
    command: dict[str, object],
    expected: int,
) -> None:
    faults = f"{evening.url}/simulator/faults"
    url = f"{evening.url}/identity"
    async with session.post(faults, json={"path": "*", "times": None, **command}) as response:
        assert response.status == 200
    async with session.get(url, allow_redirects=False) as response:
        assert response.status == expected
        assert b"claimed" not in await response.read()
    async with session.delete(faults) as response:
        assert response.status == 200
    async with session.get(url) as response:
        assert b"claimed" in await response.read()


async def test_control_rejects_unknown_fault(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    url = f"{evening.url}/simulator/faults"
    async with session.post(url, json={"path": "*", "kind": "sneeze"}) as response:
        assert response.status == 400


async def test_control_revokes_and_adds_tokens(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    control = f"{evening.url}/simulator"
    new = {"X-Plex-Token": "new-token"}
    async with session.post(f"{control}/revoke", json={"token": "owner-token"}):
        pass
    async with session.get(f"{evening.url}/accounts") as response:
        assert response.status == 401
    async with session.post(f"{control}/tokens", json={"token": "new-token"}):
        pass
    async with session.get(f"{evening.url}/accounts", headers=new) as response:
        assert response.status == 200


async def test_control_starts_maintenance(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for on, status in ((True, 503), (False, 200)):
        async with session.post(f"{evening.url}/simulator/starting", json={"on": on}):
            pass
        async with session.get(f"{evening.url}/identity") as response:
            assert response.status == status


async def test_control_lists_requests_with_masked_tokens(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{evening.url}/identity?X-Plex-Token=owner-token"):
        pass
    async with session.get(f"{evening.url}/simulator/requests") as response:
        text = await response.text()
        (request,) = await response.json()
    assert request["path"] == "/identity"
    assert request["query"] == {"X-Plex-Token": "hidden"}
    assert "owner-token" not in text


async def test_control_page_lists_sessions(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{evening.url}/simulator") as response:
        assert response.content_type == "text/html"
        page = await response.text()
    assert "juniper" in page
    assert "sessions/1/pause" in page


async def test_control_rejects_other_machines() -> None:
    other_machine = make_mocked_request("GET", "/simulator").clone(remote="192.0.2.9")
    for route in control_routes(PlexSimulator()):
        with pytest.raises(web.HTTPForbidden):
            await route.handler(other_machine)
