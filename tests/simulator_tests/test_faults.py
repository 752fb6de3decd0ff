"""Faults: the effect of each on the connection, and how often it applies."""

import asyncio
from contextlib import suppress
import json

import aiohttp
import pytest

from tests.simulator import Fault, PlexSimulator, Transfer

from .helpers import OWNER, FakeClock

PATH = "/library/sections"


async def answers(session: aiohttp.ClientSession, simulator: PlexSimulator) -> bool:
    """Return whether the response of the server is correct."""
    async with session.get(f"{simulator.url}{PATH}") as response:
        return response.status == 200 and "MediaContainer" in await response.json()


async def raw(simulator: PlexSimulator, path: str = PATH) -> bytes:
    """Return the bytes that the server sends until it closes."""
    reader, writer = await asyncio.open_connection(simulator.host, simulator.port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: plex\r\nX-Plex-Token: owner-token\r\n\r\n".encode())
    try:
        return await reader.read()
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


async def test_status_fault_has_headers_and_html_page(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.status(429, headers={"Retry-After": "20"}))
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert response.status == 429
        assert response.headers["Retry-After"] == "20"
        assert response.headers["Content-Type"] == "text/html"
        assert b"<h1>429 Too Many Requests</h1>" in await response.read()
    assert await answers(session, simulator)


async def test_status_fault_accepts_body(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    fault = Fault.status(400, body=b'{"errors":[]}', content_type="application/json")
    simulator.faults.add(PATH, fault)
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert await response.json() == {"errors": []}


async def test_faults_apply_in_order_by_path_prefix_or_all(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add("/identity", Fault.status(500), times=2)
    simulator.faults.add("/library/*", Fault.status(502))
    simulator.faults.add("*", Fault.status(503), times=None)
    statuses = []
    for path in ("/identity", PATH, "/identity", "/identity", PATH, "/"):
        async with session.get(f"{simulator.url}{path}") as response:
            statuses.append(response.status)
    assert statuses == [500, 502, 500, 503, 503, 503]
    simulator.faults.clear()
    assert await answers(session, simulator)


async def test_hang_sends_no_response_and_is_counted(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.hang(), times=2)
    requests = [asyncio.create_task(raw(simulator)) for _ in range(2)]
    await simulator.fault_reached(2)
    assert simulator.faults.hanging == 2
    assert simulator.faults.reached.is_set()
    assert not any(request.done() for request in requests)
    assert await answers(session, simulator)
    await simulator.stop()
    assert await asyncio.gather(*requests) == [b"", b""]
    assert simulator.faults.hanging == 0


async def test_hang_ends_when_client_disconnects(simulator: PlexSimulator) -> None:
    simulator.faults.add(PATH, Fault.hang())
    request = asyncio.create_task(raw(simulator))
    await simulator.fault_reached()
    request.cancel()
    with suppress(asyncio.CancelledError):
        await request
    await simulator.faults.wait_released()
    assert simulator.faults.hanging == 0


async def test_hang_body_sends_half_the_body(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.hang_body())
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert response.status == 200
        announced = int(response.headers["Content-Length"])
        assert len(await response.content.readexactly(announced // 2)) == announced // 2
        await simulator.fault_reached()
        assert simulator.faults.hanging == 1
        assert not response.content.at_eof()
    assert await answers(session, simulator)


async def test_cut_body_closes_after_half_the_body(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.cut_body())
    async with session.get(f"{simulator.url}{PATH}") as response:
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()
    assert await answers(session, simulator)


async def test_reset_is_a_tcp_reset(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.reset())
    with pytest.raises(ConnectionResetError):
        await raw(simulator)
    assert await answers(session, simulator)


async def test_disconnect_closes_before_first_byte(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.disconnect())
    assert await raw(simulator) == b""
    assert await answers(session, simulator)


async def test_html_fault_is_a_captive_portal(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.html())
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert (response.status, response.content_type) == (200, "text/html")
        assert b"Sign in to this network" in await response.read()
    assert await answers(session, simulator)


@pytest.mark.parametrize(
    ("value", "body"),
    [({"MediaContainer": []}, b'{"MediaContainer": []}'), (b'{"Media', b'{"Media')],
)
async def test_wrong_json_is_a_value_or_raw_bytes(
    simulator: PlexSimulator, session: aiohttp.ClientSession, value: object, body: bytes
) -> None:
    simulator.faults.add(PATH, Fault.wrong_json(value))
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert (response.status, response.content_type) == (200, "application/json")
        assert await response.read() == body
    assert await answers(session, simulator)


async def test_oversize_body_is_valid_json_without_content_length(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.oversize(bytes=300_000))
    async with session.get(f"{simulator.url}{PATH}") as response:
        assert "Content-Length" not in response.headers
        body = await response.read()
    assert len(body) > 300_000
    assert "MediaContainer" in json.loads(body)
    assert await answers(session, simulator)


async def test_slow_drip_sleeps_between_bytes(
    socket_enabled: None, clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with PlexSimulator(clock=clock, sleep=sleep) as simulator:
        simulator.faults.add("/identity", Fault.slow_drip(interval=2.5))
        async with session.get(f"{simulator.url}/identity") as response:
            body = await response.read()
    assert json.loads(body)["MediaContainer"]["claimed"] is True
    assert slept == [2.5] * len(body)


async def test_slow_sends_the_correct_response_after_the_delay(
    socket_enabled: None, clock: FakeClock, session: aiohttp.ClientSession
) -> None:
    slept: list[float] = []

    async def sleep(seconds: float) -> None:
        slept.append(seconds)

    async with PlexSimulator(clock=clock, sleep=sleep) as simulator:
        simulator.faults.add(PATH, Fault.slow(11))
        assert await answers(session, simulator)
    assert slept == [11]


@pytest.mark.parametrize(
    "kind", [Transfer.GZIP, Transfer.HTTP_1_0, Transfer.CLOSE, Transfer.CLOSE_UNANNOUNCED]
)
async def test_unusual_transfer_is_readable(
    simulator: PlexSimulator, session: aiohttp.ClientSession, kind: Transfer
) -> None:
    simulator.faults.add(PATH, Fault.transfer(kind))
    assert await answers(session, simulator)
    assert await answers(session, simulator)


@pytest.mark.parametrize(
    "kind",
    [Transfer.GZIP_TOO_SHORT, Transfer.GZIP_TOO_LONG, Transfer.NOT_GZIP, Transfer.CHUNKED_CUT],
)
async def test_broken_transfer_is_not_readable(
    simulator: PlexSimulator, session: aiohttp.ClientSession, kind: Transfer
) -> None:
    simulator.faults.add(PATH, Fault.transfer(kind), times=None)
    with pytest.raises((aiohttp.ClientError, ValueError)):
        await answers(session, simulator)
    simulator.faults.clear()
    assert await answers(session, simulator)


async def test_fault_applies_to_every_second_request_and_spares_paths(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add("*", Fault.status(500), times=None, every=2, except_paths=("/identity",))
    statuses = []
    for path in (PATH, "/identity", PATH, "/identity", PATH, PATH):
        async with session.get(f"{simulator.url}{path}") as response:
            statuses.append(response.status)
    assert statuses == [200, 200, 500, 200, 200, 500]


async def test_redirect_fault_has_location(
    simulator: PlexSimulator, session: aiohttp.ClientSession
) -> None:
    simulator.faults.add(PATH, Fault.redirect("https://elsewhere.example/", status=301))
    async with session.get(f"{simulator.url}{PATH}", allow_redirects=False) as response:
        assert (response.status, response.headers["Location"]) == (
            301,
            "https://elsewhere.example/",
        )


async def test_requests_are_recorded_with_time(
    simulator: PlexSimulator, session: aiohttp.ClientSession, clock: FakeClock
) -> None:
    simulator.faults.add(PATH, Fault.status(500))
    async with session.get(f"{simulator.url}{PATH}?type=1"):
        pass
    (request,) = simulator.requests
    assert (request.method, request.path, request.query) == ("GET", PATH, {"type": "1"})
    assert request.headers["x-plex-token"] == OWNER["X-Plex-Token"]
    assert request.at == clock.now
    assert simulator.count(PATH) == 1
    simulator.clear_requests()
    assert simulator.requests == []
