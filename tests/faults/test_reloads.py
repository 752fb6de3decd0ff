"""Reloads during a fault, which must not leak tasks, listeners or coordinators."""

import asyncio
from collections import Counter
import gc
import logging

from homeassistant.core import HomeAssistant
from homeassistant.helpers.update_coordinator import DataUpdateCoordinator
import pytest

from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import deliver_push, settle
from tests.simulator import Fault, Item, PlexSimulator

from .assertions import NOTIFICATIONS_PATH, SESSIONS_PATH, HealthyBaseline, stream_titles

pytestmark = pytest.mark.push


def _work(baseline: HealthyBaseline) -> Counter[str]:
    """Return the number of listeners per event, of update listeners, and of tasks."""
    listeners = {str(event): count for event, count in baseline.hass.bus.async_listeners().items()}
    listeners["changes of the entry"] = len(baseline.entry.update_listeners)
    tasks = (task.get_name() for task in asyncio.all_tasks())
    return Counter(listeners) + Counter(
        name for name in tasks if name.startswith(baseline.entry.title)
    )


def _coordinators(hass: HomeAssistant) -> Counter[str]:
    """Return the number of coordinators per class that are still referenced."""
    gc.collect()
    return Counter(
        type(item).__name__
        for item in gc.get_objects()
        if issubclass(type(item), DataUpdateCoordinator) and item.hass is hass
    )


async def _reload(hass: HomeAssistant, baseline: HealthyBaseline, run_for: RunFor) -> None:
    """Reload the entry and advance the time until the reload has finished."""
    task = hass.async_create_background_task(
        hass.config_entries.async_reload(baseline.entry.entry_id), "reload"
    )
    await settle(hass)
    while not task.done():
        await run_for(1)
    await run_for(12)


@pytest.mark.parametrize("path", [NOTIFICATIONS_PATH, SESSIONS_PATH], ids=["loaded", "not loaded"])
async def test_reloads_during_a_fault_leak_no_tasks_or_listeners(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    caplog: pytest.LogCaptureFixture,
    path: str,
) -> None:
    # A kept log record references the frames of its exception.
    caplog.set_level(logging.INFO, "custom_components.plex_pulse")
    work = _work(baseline)
    simulator.faults.add(path, Fault.status(503), times=None)
    await _reload(hass, baseline, run_for)
    reloaded = _work(baseline)
    for _ in range(4):
        await _reload(hass, baseline, run_for)
    assert _work(baseline) == reloaded

    simulator.faults.clear()
    await run_for(310, step=5)
    assert _work(baseline) == work
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    HealthyBaseline.of(hass, baseline.entry).assert_same_entities(baseline)
    # The first coordinators, which this test references, and the current ones.
    assert set(_coordinators(hass).values()) == {2}
