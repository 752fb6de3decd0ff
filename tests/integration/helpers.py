"""Helpers for tests with Home Assistant: time, states, setup and log."""

import asyncio
from asyncio import locks
from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
import logging
import time
from types import CoroutineType
from typing import Any

from homeassistant.components.homeassistant import (
    DOMAIN as HOMEASSISTANT_DOMAIN,
    SERVICE_UPDATE_ENTITY,
)
from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_ENTITY_ID, CONF_TOKEN, STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import event
from homeassistant.helpers.event import RANDOM_MICROSECOND_MAX
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import get_scheduled_timer_handles
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.diagnostics import (
    get_diagnostics_for_config_entry,
)
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.shared_state import DATA_SHARED
from tests.clocks import FreezerClock
from tests.entity_ids import PUSH, STREAMS
from tests.simulator import PlexSimulator

SHARED_TOKEN = "canary-shared-token"

_MAX_ITERATIONS = 200_000
"""Iterations of the event loop, which take some seconds, before a wait fails."""


async def settle(hass: HomeAssistant) -> None:
    """Run everything that can run without advancing the time.

    The task that receives notifications never ends: use `deliver_push` to wait for those.
    """
    clock = hass.data[DATA_SHARED].rate_limiters.clock
    assert isinstance(clock, FreezerClock)

    def is_busy(task: asyncio.Future[Any]) -> bool:
        """Return whether a task can continue now."""
        is_waiting = isinstance(task, asyncio.Task) and (
            _is_listener(task) or clock.is_asleep(task) or _waits_for_lock(task)
        )
        return not (task.done() or is_waiting)

    async def is_idle() -> bool:
        """Return whether no task is busy after another iteration."""
        await hass.async_block_till_done()
        # Home Assistant's own function would also wait for tasks that sleep.
        busy = sum(is_busy(task) for task in tuple(hass._background_tasks))  # noqa: SLF001
        return busy <= clock.held()

    for _ in range(_MAX_ITERATIONS):
        # Twice, because a task that has just ended may have scheduled a callback.
        if await is_idle() and await is_idle():
            return
        await asyncio.sleep(0)
    busy = [task for task in hass._background_tasks if is_busy(task)]  # noqa: SLF001
    pytest.fail(f"Tasks that never ended: {busy}")


def is_listening(hass: HomeAssistant) -> bool:
    """Return whether a websocket listener is running."""
    return any(_is_listener(task) for task in hass._background_tasks)  # noqa: SLF001


def _is_listener(task: asyncio.Future[Any]) -> bool:
    """Return whether a task is a websocket listener, which never ends."""
    return isinstance(task, asyncio.Task) and task.get_name().endswith(" notifications")


def _waits_for_lock(task: asyncio.Task[Any]) -> bool:
    """Return whether a task waits for a lock."""
    awaited: object = task.get_coro()
    file = ""
    while True:
        if isinstance(awaited, CoroutineType):
            file = awaited.cr_code.co_filename
            manager = awaited.cr_frame.f_locals.get("self") if awaited.cr_frame else None
            awaited = awaited.cr_await
            if isinstance(manager, AbstractAsyncContextManager) and hasattr(manager, "gen"):
                # Home Assistant acquires the lock of a coordinator in an async generator.
                awaited = manager.gen.ag_await
        else:
            return file == locks.__file__


def fire_timers(hass: HomeAssistant) -> None:
    """Run the timers of Home Assistant that are due, as `async_fire_time_changed` does.

    That function creates two mocks for each timer, a sixteenth of the run time of all tests.
    """
    # Coordinators add up to half a second of jitter, and the other function adds that again.
    now = dt_util.utcnow() + timedelta(seconds=0.6 + RANDOM_MICROSECOND_MAX / 1e6)
    due = hass.loop.time() + now.timestamp() - time.time()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(event, "time_tracker_utcnow", lambda: now)
        patch.setattr(event, "time_tracker_timestamp", now.timestamp)
        for timer in tuple(get_scheduled_timer_handles(hass.loop)):
            if not timer.cancelled() and timer.when() < due:
                timer._run()  # noqa: SLF001 - as the test package does
                timer.cancel()


async def deliver_push(hass: HomeAssistant, simulator: PlexSimulator) -> None:
    """Deliver the notifications that the server has sent and run what they start."""
    await simulator.push.wait_delivered()
    await settle(hass)


async def wait_until(condition: Callable[[], bool]) -> None:
    """Run the event loop until the condition holds; fail after a fixed number of iterations."""
    for _ in range(_MAX_ITERATIONS):
        if condition():
            return
        await asyncio.sleep(0)
    pytest.fail("The condition never held")


def available_entities(hass: HomeAssistant) -> frozenset[str]:
    """Return the entities that are available."""
    return frozenset(
        state.entity_id for state in hass.states.async_all() if state.state != STATE_UNAVAILABLE
    )


def state_of(hass: HomeAssistant, entity_id: str) -> State:
    """Return the state of an entity, which must exist."""
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state


def state_value(hass: HomeAssistant, entity_id: str) -> str:
    """Return the value of an entity's state."""
    return state_of(hass, entity_id).state


def streams(hass: HomeAssistant) -> list[dict[str, Any]]:
    """Return the streams as the entity lists them."""
    return list(state_of(hass, STREAMS).attributes["streams"])


def entry_state(entry: MockConfigEntry) -> ConfigEntryState:
    """Return the state of an entry; type checkers narrow the attribute itself."""
    return entry.state


async def diagnostics_of(
    hass: HomeAssistant, hass_client: ClientSessionGenerator, entry: MockConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of an entry."""
    return dict(await get_diagnostics_for_config_entry(hass, hass_client, entry))


async def set_up(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    """Set up an entry, whether this succeeds or not."""
    await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)


def use_shared_token(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    sections: Sequence[int] = (1,),
) -> None:
    """Replace the token of an entry by that of a user who may read only these sections."""
    simulator.add_shared_token(SHARED_TOKEN, list(sections))
    data = {**entry.data, CONF_TOKEN: SHARED_TOKEN}
    hass.config_entries.async_update_entry(entry, data=data)


async def use_shared_token_with_push(
    hass: HomeAssistant, entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    """Use the token of a user who has access to one library, and wait for push."""
    use_shared_token(hass, entry, simulator)
    await hass.config_entries.async_reload(entry.entry_id)
    await wait_until(lambda: state_value(hass, PUSH) == STATE_ON)
    await settle(hass)


async def update_entities(hass: HomeAssistant, *entity_ids: str) -> None:
    """Call the action that updates entities."""
    await async_setup_component(hass, HOMEASSISTANT_DOMAIN, {})
    await hass.services.async_call(
        HOMEASSISTANT_DOMAIN,
        SERVICE_UPDATE_ENTITY,
        {ATTR_ENTITY_ID: list(entity_ids)},
        blocking=True,
    )
    await settle(hass)


def log_messages(caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    """Return the integration's log messages above DEBUG with their level."""
    return [
        (record.levelno, record.getMessage())
        for record in caplog.get_records("call")
        if record.name.startswith("custom_components.plex_pulse") and record.levelno > logging.DEBUG
    ]
