"""Control from another process: sessions, faults, tokens, the start-up phase."""

import aiohttp
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
import pytest

from tests.simulator import PlexSimulator
from tests.simulator.control import control_routes

from .conftest import listed


async def test_control_pauses_resumes_and_stops_sessions(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for command, states in (("pause", ["paused"]), ("resume", ["playing"]), ("stop", [])):
        async with session.post(f"{evening.url}/simulator/sessions/1/{command}") as response:
            assert response.status == 200
        found = [i for i in await listed(session, evening) if i["sessionKey"] == "1"]
        assert [item["Player"]["state"] for item in found] == states
    async with session.post(f"{evening.url}/simulator/sessions/1/stop") as response:
        assert response.status == 404


async def test_control_has_a_scan_find_something(
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
async def test_control_scripts_faults_and_clears_them(
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


async def test_control_refuses_a_fault_it_does_not_know(
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


async def test_control_starts_the_maintenance_phase(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    for on, status in ((True, 503), (False, 200)):
        async with session.post(f"{evening.url}/simulator/starting", json={"on": on}):
            pass
        async with session.get(f"{evening.url}/identity") as response:
            assert response.status == status


async def test_control_lists_requests_without_tokens_and_not_itself(
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


async def test_the_control_page_shows_sessions(
    evening: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{evening.url}/simulator") as response:
        assert response.content_type == "text/html"
        page = await response.text()
    assert "juniper" in page
    assert "sessions/1/pause" in page


async def test_control_is_closed_to_other_machines() -> None:
    stranger = make_mocked_request("GET", "/simulator").clone(remote="192.0.2.9")
    for route in control_routes(PlexSimulator()):
        with pytest.raises(web.HTTPForbidden):
            await route.handler(stranger)
