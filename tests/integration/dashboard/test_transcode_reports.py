"""The number of transcodes whose reported progress is kept is bounded."""

from dataclasses import replace

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import RunFor
from tests.simulator import Item, PlexSimulator
from tests.simulator.notifications import transcode

from ..helpers import deliver_push
from .browser import Browser


@pytest.mark.push
async def test_oldest_of_500_transcode_reports_is_dropped(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    browser: Browser,
    run_for: RunFor,
) -> None:
    """A server that never reports the end of transcodes must not fill the memory."""

    async def buffer() -> int:
        # Progress is sent every 15 seconds.
        await run_for(20, step=10)
        await browser.events()
        shown: int = browser.streams(entry_with_push.entry_id)["1"]["buffer"]
        return shown

    session = simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    await browser.subscribe()
    assert await buffer() < 50
    sent = transcode(session, simulator.clock(), "update")
    tree = {**sent.entries[0], "progress": 60.0}
    report = replace(sent, entries=(tree,))
    simulator.push.publish(report)
    await deliver_push(hass, simulator)
    assert await buffer() >= 50

    for number in range(499):
        other = {**tree, "key": f"/transcode/sessions/other-{number}"}
        simulator.push.publish(replace(report, entries=(other,)))
    await deliver_push(hass, simulator)
    assert await buffer() >= 50
    simulator.push.publish(replace(report, entries=({**tree, "key": "/transcode/sessions/last"},)))
    await deliver_push(hass, simulator)
    assert await buffer() < 50
