"""Bad responses: while a stream starts, for a minute, and during set-up."""

from collections.abc import Awaitable, Callable
from typing import Final

from homeassistant.const import STATE_ON
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import CONNECTED, REMOTE_ACCESS, STATUS, UPDATE
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, state_value
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import (
    SESSIONS_PATH,
    HealthyBaseline,
    assert_complete_start,
    assert_healthy,
    stream_titles,
)

_PROXY: Final = b"<html><head><title>404 Not Found</title></head><body>proxy</body></html>"

BAD_RESPONSES: Final = {
    "500": (Fault.status(500), "server"),
    "502": (Fault.status(502), "server"),
    "503": (Fault.status(503), "server"),
    "504": (Fault.status(504), "server"),
    "404 of a proxy": (Fault.status(404, body=_PROXY), "client"),
    "HTML": (Fault.html(), "protocol"),
    "empty": (Fault.wrong_json(b""), "protocol"),
    "cut JSON": (Fault.wrong_json(b'{"MediaContainer":{"size":1,"Metadata":['), "protocol"),
    "another shape": (Fault.wrong_json({"MediaContainer": [17]}), "protocol"),
    "20 MiB": (Fault.oversize(), "protocol"),
    "cut body": (Fault.cut_body(), "network"),
    "reset": (Fault.reset(), "network"),
    "hang": (Fault.hang(), "network"),
    "hang in the body": (Fault.hang_body(), "network"),
    "slow body": (Fault.slow_drip(interval=3), "network"),
}

ENTITY_BY_ENDPOINT: Final = {
    "/updater/status": UPDATE,
    "/myplex/account": REMOTE_ACCESS,
}

EACH_RESPONSE: Final = pytest.mark.parametrize(
    ("fault", "status"), BAD_RESPONSES.values(), ids=BAD_RESPONSES
)


@pytest.mark.push
@EACH_RESPONSE
async def test_stream_started_during_bad_responses_is_shown_after_retries(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    fault: Fault,
    status: str,
) -> None:
    simulator.faults.add(SESSIONS_PATH, fault, times=3)
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    # Two hanging attempts take 30 s, and the next one may take as long.
    await run_for(75)
    # A slow endpoint gets more time instead of another attempt.
    assert 3 <= simulator.count(SESSIONS_PATH) <= 6
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


@pytest.mark.push
@EACH_RESPONSE
async def test_recovers_within_ten_seconds_after_a_minute_of_bad_responses(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    fault: Fault,
    status: str,
) -> None:
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    # Only requests fail; the websocket stays connected.
    for path in (SESSIONS_PATH, "/identity", "/media/*", "/library/*"):
        simulator.faults.add(path, fault, times=None)
    simulator.sessions.start_live_tv("Tide tables")
    await run_for(60, step=2)
    # The open websocket shows that the server is there.
    assert state_value(hass, CONNECTED) == STATE_ON
    assert state_value(hass, STATUS) == status

    simulator.faults.clear()
    await run_for(12)
    assert stream_titles(hass) == [film.title, "Tide tables"]
    baseline.assert_recovered()


@EACH_RESPONSE
async def test_setup_is_retried_after_bad_responses(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    set_up_while_advancing: Callable[[], Awaitable[None]],
    fault: Fault,
    status: str,
) -> None:
    simulator.faults.add("*", fault, times=None)
    await set_up_while_advancing()
    simulator.faults.clear()
    await run_for(20)
    await assert_complete_start(hass, entry, run_for)


@pytest.mark.push
@pytest.mark.parametrize(("path", "unknown"), ENTITY_BY_ENDPOINT.items(), ids=ENTITY_BY_ENDPOINT)
async def test_single_failing_endpoint_is_read_again_within_a_minute(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    path: str,
    unknown: str,
) -> None:
    simulator.faults.add(path, Fault.html())
    assert await hass.config_entries.async_reload(baseline.entry.entry_id)
    await run_for(12)
    assert_healthy(hass, baseline.entry, without=frozenset({unknown}))
    await run_for(60)
    assert simulator.count(path) == 2
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)
