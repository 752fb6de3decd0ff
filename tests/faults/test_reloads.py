"""Reloads while something is wrong: what is taken down leaves nothing behind."""

import asyncio
from collections import Counter
import gc
import logging

from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
import pytest

from tests.integration.conftest import Live
from tests.integration.support import heard, settle
from tests.simulator import Fault, Item, PlexSimulator

from .recovery import NOTIFICATIONS, READ, Before, titles


def _work(before: Before) -> Counter[str]:
    """Return how many listen to which event and to the entry, and what goes on for it."""
    listeners = {str(event): count for event, count in before.hass.bus.async_listeners().items()}
    listeners["changes of the entry"] = len(before.entry.update_listeners)
    tasks = (task.get_name() for task in asyncio.all_tasks())
    return Counter(listeners) + Counter(
        name for name in tasks if name.startswith(before.entry.title)
    )


def _coordinators(hass: HomeAssistant) -> Counter[str]:
    """Return how many coordinators of each kind somebody still holds."""
    gc.collect()
    return Counter(
        type(item).__name__
        for item in gc.get_objects()
        if issubclass(type(item), DataUpdateCoordinator) and item.hass is hass
    )


async def _reload(hass: HomeAssistant, before: Before, live: Live) -> None:
    """Reload the entry, and let time go by until that has ended and settled."""
    task = hass.async_create_background_task(
        hass.config_entries.async_reload(before.entry.entry_id), "reload"
    )
    await settle(hass)
    while not task.done():
        await live(1)
    await live(12)


@pytest.mark.parametrize("path", [NOTIFICATIONS, READ], ids=["loaded", "not loaded"])
async def test_reloads_amid_a_fault_leave_nothing_behind(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    # A line that is kept keeps what its error went through.
    caplog.set_level(logging.INFO, "custom_components.plex_pulse")
    work = _work(before)
    simulator.faults.add(path, Fault.status(503), times=None)
    await _reload(hass, before, live)
    reloaded = _work(before)
    for _ in range(4):
        await _reload(hass, before, live)
    assert _work(before) == reloaded

    simulator.faults.clear()
    await live(310, step=5)
    assert _work(before) == work
    simulator.sessions.start(film)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    Before.of(hass, before.entry).assert_same_entities(before)
    # The first ones, which this test still holds, and the last.
    assert set(_coordinators(hass).values()) == {2}
