"""What the client logs, and that it never logs secrets."""

import logging

import pytest

from custom_components.plex_pulse.api import (
    MediaType,
    PlexApiError,
    PlexServerClient,
    RetryPolicy,
)
from custom_components.plex_pulse.api.http.redact import REDACTED, Redactor
from custom_components.plex_pulse.api.http.response_log import describe_headers
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import EMAIL, TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import MakeClient

DATE = "Mon, 21 Sep 2026 14:30:00 GMT"
"""What the simulator sends."""


async def test_each_request_and_response_is_logged(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    """A line has method, path, status, bytes, milliseconds and attempt, but no query."""
    headers = {"Content-Type": "text/plain"}
    simulator.faults.add("/library/sections/1/all", Fault.status(503, headers, body=b"tired"))
    assert await client.count_items("1", MediaType.MOVIE)
    received = client.statistics.bytes_received
    assert leak_detector.lines == [
        "harbour: GET /library/sections/1/all (attempt 1)",
        "harbour: GET /library/sections/1/all: 503, 5 bytes in 0 ms (attempt 1)",
        f"harbour: error 503 headers: Date: {DATE}, Content-Type: text/plain",
        "harbour: error body: tired",
        "harbour: GET /library/sections/1/all: server 503: tired (attempt 1)",
        "harbour: GET /library/sections/1/all failed (server), retrying in 0.10 s",
        "harbour: GET /library/sections/1/all (attempt 2)",
        f"harbour: GET /library/sections/1/all: 200, {received - 5} bytes in 0 ms (attempt 2)",
    ]


async def test_error_body_is_logged_up_to_500_characters(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    simulator.faults.add("/", Fault.status(404, body=b"y" * 2_000))
    with pytest.raises(PlexApiError):
        await client.get_server()
    assert f"harbour: error body: {'y' * 500}" in leak_detector.lines


async def test_helpful_headers_of_a_failed_response_are_logged_without_secrets(
    simulator: PlexSimulator, make_client: MakeClient, leak_detector: LeakDetector
) -> None:
    """Headers that are not in the allow-list may contain anything."""
    challenge = f'Basic realm="{EMAIL} at {simulator.url}?token={TOKEN}"'
    headers = {
        "Retry-After": "7",
        "Content-Type": "text/html",
        "WWW-Authenticate": challenge,
        "Set-Cookie": "session=secret-cookie",
        "X-Upstream": "secret-upstream",
    }
    simulator.faults.add("/", Fault.status(403, headers))
    client = make_client(policy=RetryPolicy(max_retries=0))
    with pytest.raises(PlexApiError):
        await client.get_server()
    (line,) = [line for line in leak_detector.lines if "headers" in line]
    assert line == (
        f"harbour: error 403 headers: Retry-After: 7, Date: {DATE}, Content-Type: text/html, "
        f'WWW-Authenticate: Basic realm="{REDACTED} at {REDACTED}"'
    )
    written = "\n".join(leak_detector.lines)
    assert not any(secret in written for secret in ("secret", TOKEN, EMAIL, simulator.url[7:]))


def test_logged_headers_are_short_single_lines() -> None:
    headers = {"Server": "nginx\r\nERROR " + "x" * 500, "Retry-After": DATE, "Cookie": "secret"}
    described = describe_headers(headers, Redactor("nginx"))
    server = f"{REDACTED} ERROR ".ljust(200, "x")
    assert described == f"Retry-After: {DATE}, Server: {server}"
    assert describe_headers({}, Redactor()) == "none"


async def test_text_of_a_server_starts_no_log_line(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    simulator.faults.add("/", Fault.status(404, body=b"one\r\n2026-01-01 ERROR two\x1b[31m\0three"))
    with pytest.raises(PlexApiError):
        await client.get_server()
    assert "harbour: error body: one 2026-01-01 ERROR two [31m three" in leak_detector.lines
    assert all(line.isprintable() for line in leak_detector.lines)


@pytest.mark.parametrize("fault_status", [200, 302, 401, 404, 429, 503])
@pytest.mark.parametrize("before", [0, 490, 16 * 1024 - 10], ids="after {} characters".format)
async def test_error_body_is_logged_without_secrets(
    simulator: PlexSimulator,
    make_client: MakeClient,
    leak_detector: LeakDetector,
    fault_status: int,
    before: int,
) -> None:
    """This includes a secret that is cut by the limit of the log or of the body."""
    text = "." * before + f"{TOKEN} {EMAIL} {simulator.url}/?X-Plex-Token={TOKEN}"
    simulator.faults.add(
        "/", Fault.status(fault_status, headers={"Location": simulator.url}, body=text.encode())
    )
    client = make_client(policy=RetryPolicy(max_retries=0))
    with pytest.raises(PlexApiError):
        await client.get_server()
    written = "\n".join(leak_detector.lines)
    # A body with status 200 may contain names that no pattern finds, so it is not logged.
    assert ("harbour: error body: " in written) is (fault_status != 200)
    assert not any(secret[:8] in written for secret in (TOKEN, EMAIL, simulator.url[7:]))


async def test_failures_are_logged_at_debug_level(
    simulator: PlexSimulator,
    client: PlexServerClient,
    clock: ManualClock,
    leak_detector: LeakDetector,
) -> None:
    """The caller decides what deserves a warning."""
    faults = (Fault.status(401), Fault.html(), Fault.oversize(), Fault.status(503))
    for fault in faults:
        simulator.faults.add("/", fault, times=4 if fault is faults[-1] else 1)
        with pytest.raises(PlexApiError):
            await client.get_server()
    await simulator.stop()
    with pytest.raises(PlexApiError):
        await client.get_server()
    clock.advance(60)
    assert set(leak_detector.levels) == {logging.DEBUG}


def test_leak_detector_finds_secrets_in_log_records(leak_detector: LeakDetector) -> None:
    """A secret may be in the message, the arguments or the traceback."""
    leak_detector.forbid_address("192.0.2.7", 32400)
    product = logging.getLogger("custom_components.plex_pulse.api.http.transport")
    other = logging.getLogger("aiohttp.client")
    product.debug("connecting to %s", "192.0.2.7")
    other.debug("token %s", TOKEN)
    other.debug("%(mail).3s", {"mail": EMAIL})
    product.debug("failed", exc_info=ValueError(EMAIL))
    other.debug("listening at 192.0.2.7:32400")
    assert len(leak_detector.leaks) == 4
    leak_detector.forget()
