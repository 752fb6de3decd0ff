"""The simulated plex.tv: its responses, and how tests control it."""

import asyncio
from collections.abc import AsyncIterator
import sys
from typing import Any, Final

import aiohttp
import pytest

from tests.simulator import Outage, PlexTvSimulator, connection

from .helpers import FakeClock

CLIENT: Final = {"X-Plex-Client-Identifier": "client-1", "X-Plex-Product": "Product"}
JSON: Final = {"Accept": "application/json"}
TOKEN: Final = {"X-Plex-Token": "account-token"}
PINS: Final = "/api/v2/pins"
GONE: Final = {"errors": [{"code": 1020, "message": "Code not found or expired", "status": 404}]}


@pytest.fixture
async def plextv(socket_enabled: None, clock: FakeClock) -> AsyncIterator[PlexTvSimulator]:
    """Run a plex.tv with one account."""
    async with PlexTvSimulator(clock=clock) as plextv:
        plextv.add_account("owner", "account-token")
        yield plextv


@pytest.fixture
async def session(
    socket_enabled: None, plextv: PlexTvSimulator
) -> AsyncIterator[aiohttp.ClientSession]:
    """Open a session with plex.tv that requests JSON."""
    async with aiohttp.ClientSession(plextv.url, headers=JSON) as session:
        yield session


async def get(
    session: aiohttp.ClientSession, path: str, headers: dict[str, str], method: str = "GET"
) -> tuple[int, Any]:
    """Return status and JSON of a response of plex.tv itself."""
    async with session.request(method, path, headers=headers) as response:
        assert response.headers["x-request-id"]
        return response.status, await response.json()


async def test_pin_is_pending_until_approved(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession
) -> None:
    status, pin = await get(session, f"{PINS}?strong=true", CLIENT, "POST")
    assert status == 201
    assert (pin["expiresIn"], pin["authToken"], pin["newRegistration"]) == (1800, None, None)
    assert (pin["product"], pin["clientIdentifier"]) == ("Product", "client-1")
    assert len(pin["code"]) > 4
    assert pin["location"]["city"]
    path = f"{PINS}/{pin['id']}"
    assert await get(session, path, CLIENT) == (200, pin)
    plextv.approve(pin["id"])
    approved = pin | {"authToken": "account-token", "newRegistration": False}
    assert await get(session, path, CLIENT) == (200, approved)


async def test_pin_for_typing_is_short(session: aiohttp.ClientSession) -> None:
    _, pin = await get(session, PINS, CLIENT, "POST")
    assert (len(pin["code"]), pin["expiresIn"]) == (4, 900)


async def test_denied_expired_and_foreign_pins_are_404(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    paths = []
    for _ in range(2):
        _, pin = await get(session, f"{PINS}?strong=true", CLIENT, "POST")
        paths.append(f"{PINS}/{pin['id']}")
    denied, expired = paths
    assert (await get(session, expired, CLIENT | {"X-Plex-Client-Identifier": "other"}))[1] == GONE
    assert (await get(session, f"{PINS}/17", CLIENT))[1] == GONE
    plextv.deny(plextv.pins[0].code)
    assert await get(session, denied, CLIENT) == (404, GONE)
    clock.now += 1799
    assert (await get(session, expired, CLIENT))[0] == 200
    clock.now += 1
    assert await get(session, expired, CLIENT) == (404, GONE)
    for pin_id in (plextv.pins[0].id, plextv.pins[1].id, 17, "code"):
        with pytest.raises(KeyError):
            plextv.approve(pin_id)


async def test_pin_requires_client_identifier(session: aiohttp.ClientSession) -> None:
    for method, path in (("POST", PINS), ("GET", f"{PINS}/17")):
        status, body = await get(session, path, {}, method)
        assert (status, body["errors"][0]["code"]) == (400, 1000)


@pytest.mark.parametrize("path", ["/api/v2/user", "/api/v2/resources"])
async def test_unknown_account_token_is_refused(session: aiohttp.ClientSession, path: str) -> None:
    for headers in ({}, {"X-Plex-Token": "other-token"}):
        status, body = await get(session, path, headers)
        assert status == 401
        assert body["errors"] == [
            {"code": 1001, "message": "User could not be authenticated", "status": 401}
        ]
    assert (await get(session, path, TOKEN))[0] == 200


async def test_resources_include_requested_connections(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession
) -> None:
    plextv.add_server(
        "owner",
        "Harbour",
        "a" * 40,
        "harbour-token",
        connections=[
            connection("192.0.2.4"),
            connection("2001:db8::4"),
            connection("198.51.100.8", 8443, local=False, relay=True),
        ],
    )
    plextv.add_player("owner", "Living room")
    _, (server, player) = await get(session, "/api/v2/resources", TOKEN)
    (only,) = server["connections"]
    assert (only["uri"], only["protocol"]) == ("http://192.0.2.4:32400", "http")
    assert (player["provides"], player["accessToken"]) == ("client,player,pubsub-player", None)
    everything = "?includeHttps=1&includeRelay=1&includeIPv6=1"
    _, (server, _) = await get(session, f"/api/v2/resources{everything}", TOKEN)
    local, ipv6, relay = server["connections"]
    assert local["uri"].startswith("https://192-0-2-4.")
    assert local["uri"].endswith(".plex.direct:32400")
    assert (ipv6["IPv6"], relay["relay"], relay["local"]) == (True, True, False)


@pytest.mark.parametrize(
    ("outage", "status", "body"),
    [(Outage.EMPTY, 404, ""), (Outage.PAGE, 200, "<!DOCTYPE"), (Outage.UNAVAILABLE, 503, "<html>")],
)
async def test_outage_has_no_request_id(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession, outage: Outage, status: int, body: str
) -> None:
    plextv.begin_outage(outage)
    async with session.get("/api/v2/user", headers=TOKEN) as response:
        assert response.status == status
        assert "x-request-id" not in response.headers
        text = await response.text()
        assert text.startswith(body)
        assert bool(text) == bool(body)
    plextv.end_outage()
    assert (await get(session, "/api/v2/user", TOKEN))[0] == 200


async def test_rate_limit_has_no_retry_after(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession
) -> None:
    plextv.limit_rate()
    async with session.get("/api/v2/user", headers=TOKEN) as response:
        assert response.status == 429
        assert "Retry-After" not in response.headers
        assert (await response.json())["errors"][0]["code"] == 1003
    assert (await get(session, "/api/v2/user", TOKEN))[0] == 200


async def test_approval_page_offers_accounts_and_approves(
    plextv: PlexTvSimulator, session: aiohttp.ClientSession
) -> None:
    plextv.add_account("<guest>", "guest-token")
    async with session.get("/auth") as response:
        page = await response.text()
    assert "<option>owner</option><option>&lt;guest&gt;</option>" in page
    for command, status in (
        ({"code": "unknown"}, 404),
        ({"code": "", "account": "<guest>"}, 200),
        ({"code": "", "account": "unknown"}, 404),
    ):
        _, pin = await get(session, f"{PINS}?strong=true", CLIENT, "POST")
        answer = await session.post(
            "/simulator/approve", json=command | {"code": command["code"] or pin["code"]}
        )
        assert answer.status == status
    assert [pin.auth_token for pin in plextv.pins] == [None, "guest-token", None]
    answer = await session.post("/simulator/deny", json={"code": plextv.pins[0].code})
    assert answer.status == 200
    assert plextv.pins[0].is_denied


async def test_control_starts_and_ends_outage(session: aiohttp.ClientSession) -> None:
    for mode, status, then in (("unavailable", 200, 503), ("odd", 400, 200), (None, 200, 200)):
        answer = await session.post("/simulator/outage", json={"mode": mode})
        assert answer.status == status
        async with session.get("/api/v2/user", headers=TOKEN) as response:
            assert response.status == then


async def test_command_runs_plextv_with_owner_account(socket_enabled: None) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.simulator", "--port", "0", "--plex-tv-port", "0"),
        *("--token", "server-token", "--account-token", "account-token"),
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout is not None
        listening = (await process.stdout.readline()).decode()
        url = listening.removeprefix("Listening on ").partition(",")[0]
        plextv = (await process.stdout.readline()).decode()
        assert plextv.startswith("plex.tv on http://127.0.0.1:")
        async with aiohttp.ClientSession(
            plextv.removeprefix("plex.tv on ").partition(",")[0], headers=JSON
        ) as session:
            _, (server, _) = await get(session, "/api/v2/resources?includeHttps=1", TOKEN)
            assert server["accessToken"] == "server-token"
            assert server["connections"][0]["uri"] == url
            async with session.get(
                f"{url}/", headers={"X-Plex-Token": "server-token", "Accept": "application/json"}
            ) as response:
                found = (await response.json())["MediaContainer"]
        assert found["machineIdentifier"] == server["clientIdentifier"]
    finally:
        process.terminate()
        assert await process.wait() == 0
