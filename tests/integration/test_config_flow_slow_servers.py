"""Forms wait for a slow server as long as a poll does, and not longer."""

import asyncio
from collections.abc import Awaitable, Callable

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexSimulator, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import (
    assert_error,
    choose_form,
    connection,
    open_manual_form,
    submit,
)
from .conftest import TOKEN
from .plex_tv_sign_in import approve, start_sign_in

DISKS_SPIN_UP_SECONDS = 12

type OpenForm = Callable[[HomeAssistant, MockConfigEntry], Awaitable[ConfigFlowResult]]


async def open_reconfigure(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the form of a reconfiguration."""
    return await choose_form(hass, await entry.start_reconfigure_flow(hass), "reconfigure_manual")


async def open_reauth(hass: HomeAssistant, entry: MockConfigEntry) -> ConfigFlowResult:
    """Return the form for a new token."""
    return await choose_form(hass, await entry.start_reauth_flow(hass), "reauth_manual")


@pytest.mark.parametrize("path", ["/identity", "/media/providers"])
async def test_server_that_is_added_may_answer_late(
    hass: HomeAssistant, simulator: PlexSimulator, path: str
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add(path, Fault.slow(DISKS_SPIN_UP_SECONDS))

    result = await submit(hass, form, **connection(simulator))

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_server_with_an_address_without_a_scheme_may_answer_late(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add("/identity", Fault.slow(DISKS_SPIN_UP_SECONDS))

    typed = connection(simulator, url=f"127.0.0.1:{simulator.port}")
    result = await submit(hass, form, **typed)

    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("open_form", "reason"),
    [(open_reconfigure, "reconfigure_successful"), (open_reauth, "reauth_successful")],
)
async def test_server_of_an_entry_may_answer_late(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    open_form: OpenForm,
    reason: str,
) -> None:
    form = await open_form(hass, loaded_entry)
    simulator.faults.add("/identity", Fault.slow(DISKS_SPIN_UP_SECONDS))

    typed: dict[str, object] = {"token": TOKEN}
    if reason == "reconfigure_successful":
        typed = connection(simulator)
    result = await submit(hass, form, **typed)

    assert result["type"] is FlowResultType.ABORT
    assert result["reason"] == reason


async def test_form_of_an_entry_waits_as_long_as_its_polls(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    options = {"retry": {"total_timeout": 90, "attempt_timeout": 90}}
    hass.config_entries.async_update_entry(loaded_entry, options=options)
    form = await open_reconfigure(hass, loaded_entry)
    simulator.faults.add("/identity", Fault.slow(80))

    result = await submit(hass, form, **connection(simulator))

    assert result["reason"] == "reconfigure_successful"


async def test_server_that_is_signed_in_to_may_answer_late(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, simulator: PlexSimulator
) -> None:
    step = await start_sign_in(hass)
    simulator.faults.add("/identity", Fault.slow(DISKS_SPIN_UP_SECONDS))

    result = await approve(hass, plextv, step)

    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_hanging_server_times_out_after_30_seconds(
    hass: HomeAssistant, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add("/identity", Fault.hang(), times=None)

    waiting = asyncio.create_task(submit(hass, form, **connection(simulator)))
    await simulator.fault_reached()
    clock.advance(29)
    for _ in range(50):
        await asyncio.sleep(0)
    assert not waiting.done()
    clock.advance(1)
    form = await waiting

    assert_error(form, "cannot_connect")
    assert simulator.count("/identity") == 1
    simulator.faults.clear()
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_hanging_server_delays_further_addresses_only_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    """With a base path there are more addresses; each of the others has three seconds."""
    form = await open_manual_form(hass)
    simulator.faults.add("*", Fault.hang(), times=None)
    began = clock.monotonic()

    waiting = asyncio.create_task(
        submit(hass, form, **connection(simulator, url=f"{simulator.url}/proxy"))
    )
    await simulator.fault_reached()
    clock.advance(30)
    await simulator.fault_reached(2)
    clock.advance(3)
    form = await waiting

    assert_error(form, "cannot_connect")
    assert clock.monotonic() - began == pytest.approx(33, abs=1)


async def test_long_rate_limit_is_shown_at_once(
    hass: HomeAssistant, simulator: PlexSimulator, clock: FreezerClock
) -> None:
    form = await open_manual_form(hass)
    simulator.faults.add("/identity", Fault.status(429, {"Retry-After": "20"}))
    began = clock.monotonic()

    form = await submit(hass, form, **connection(simulator))

    assert_error(form, "rate_limited")
    assert clock.monotonic() - began < 1
    clock.advance(20)
    result = await submit(hass, form, **connection(simulator))
    assert result["type"] is FlowResultType.CREATE_ENTRY
