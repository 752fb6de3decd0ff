"""Images that cannot be fetched: errors, timeouts, a rate limit and outages."""

import asyncio
from http import HTTPStatus

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.entity_ids import NOW_PLAYING_IMAGE as NOW_PLAYING
from tests.simulator import Fault, Item, PlexSimulator

from .conftest import Advance
from .helpers import state_of, state_value
from .image_viewer import TRANSCODER, Viewer, poster_response, scaled_images


@pytest.mark.parametrize(
    "fault",
    [Fault.status(404), Fault.status(500), Fault.reset(), Fault.html(), Fault.status(401)],
    ids=["gone", "failing", "reset", "web page", "refused"],
)
async def test_previous_image_is_not_shown_if_the_next_cannot_be_fetched(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    fault: Fault,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])
    simulator.faults.add(TRANSCODER, fault, times=None)
    simulator.faults.add("/library/metadata/*", fault, times=None)
    simulator.sessions.start(films[1])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    attempts = len(scaled_images(simulator))
    simulator.faults.clear()
    # The failure is cached, so the next view sends no request.
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert len(scaled_images(simulator)) == attempts
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[1])
    assert loaded_entry.state.recoverable
    assert not list(loaded_entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_image_is_missing_until_it_can_be_fetched(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    for path in (TRANSCODER, "/library/metadata/*"):
        simulator.faults.add(path, Fault.oversize(), times=None)
    simulator.sessions.start(films[0])
    await advance(10)
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    simulator.faults.clear()
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])


async def test_a_hanging_image_request_times_out_after_8_seconds(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    clock: FreezerClock,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])
    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    simulator.sessions.start(films[1])
    await advance(10)
    request = asyncio.create_task(viewer.fetch(NOW_PLAYING))
    await simulator.fault_reached()
    clock.advance(8)
    assert (await request)[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    simulator.faults.clear()
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[1])


async def test_no_image_is_fetched_after_two_that_time_out(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    clock: FreezerClock,
) -> None:
    async def fetch_until_timeout(film: Item, held: int = 1) -> None:
        session = simulator.sessions.start(film)
        await advance(10)
        request = asyncio.create_task(viewer.fetch(NOW_PLAYING))
        await simulator.fault_reached(held)
        clock.advance(8)
        assert (await request)[0] == HTTPStatus.INTERNAL_SERVER_ERROR
        simulator.sessions.stop(session)

    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    await fetch_until_timeout(films[0])
    simulator.faults.clear()
    session = simulator.sessions.start(films[1])
    await advance(10)
    # One image that cannot be scaled in time decides for no other.
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[1])
    simulator.sessions.stop(session)
    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    for held, film in enumerate(films[2:4], start=1):
        await fetch_until_timeout(film, held)
    fetched = len(scaled_images(simulator))
    simulator.faults.clear()
    simulator.sessions.start(films[4])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert len(scaled_images(simulator)) == fetched
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[4])


async def test_no_image_is_fetched_until_retry_after_has_passed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    simulator.faults.add(TRANSCODER, Fault.status(429, {"Retry-After": "120"}))
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    await advance(70)
    await viewer.fetch(NOW_PLAYING)
    assert len(scaled_images(simulator)) == 1
    await advance(70)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])


async def test_no_image_is_fetched_during_an_outage(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    address = state_of(hass, NOW_PLAYING).attributes["entity_picture"]
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == STATE_UNAVAILABLE
    status, _, _ = await viewer.fetch_url(address)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert scaled_images(simulator) == []
    simulator.faults.clear()
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])
