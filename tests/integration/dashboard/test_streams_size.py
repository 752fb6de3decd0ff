"""Bytes that a browser receives while only positions and transcode progress change."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import RunFor
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from ..helpers import deliver_push
from .browser import Browser

pytestmark = pytest.mark.push


@pytest.mark.parametrize(("streams", "limit"), [(10, 2_000), (40, 5_000)])
async def test_minute_of_playback_stays_below_the_limit(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    run_for: RunFor,
    browser: Browser,
    streams: int,
    limit: int,
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE)
    sessions = [
        simulator.sessions.start(films[number % len(films)], method="transcode", transcoding_for=10)
        for number in range(streams)
    ]
    await deliver_push(hass, simulator)
    await browser.subscribe()
    assert len(browser.streams(entry_with_push.entry_id)) == streams
    browser.event_sizes.clear()
    for _ in range(6):
        await run_for(10, step=10)
        for session in sessions:
            # Every progress changes: the most that can be sent.
            session.throttled = not session.throttled
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
        await browser.events()
    assert 3 <= len(browser.event_sizes) <= 4
    assert 0 < sum(browser.event_sizes) <= limit
