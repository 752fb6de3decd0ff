"""Sign-ins that fail and can be retried."""

import asyncio
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest

from custom_components.plex_pulse.api import PlexAccountClient
from tests.clocks import FreezerClock
from tests.simulator import Fault, Outage, PlexTvSimulator, error_fault
from tests.simulator.plextv_accounts import PlexAccount

from .config_flow_helpers import choose, open_menu
from .plex_tv_sign_in import (
    approve,
    assert_failed,
    assert_sent_to_plex,
    assert_signs_in,
    retry_sign_in,
    start_sign_in,
    wait_for_plex,
)

PINS = "/api/v2/pins"
POLLS = "/api/v2/pins/*"
RESOURCES = "/api/v2/resources"

FAILURES = [
    pytest.param(Outage.EMPTY.fault, "plex_tv_unreachable", id="empty 404"),
    pytest.param(Outage.PAGE.fault, "plex_tv_unreachable", id="web page"),
    pytest.param(Outage.UNAVAILABLE.fault, "plex_tv_unreachable", id="503"),
    pytest.param(Fault.reset(), "plex_tv_unreachable", id="reset"),
    pytest.param(
        error_fault(429, 1003, "API rate limit exceeded"), "plex_tv_rate_limited", id="429"
    ),
]


@pytest.mark.parametrize(("fault", "key"), FAILURES)
async def test_a_sign_in_that_cannot_start_can_be_retried(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    fault: Fault,
    key: str,
) -> None:
    menu = await open_menu(hass)
    plextv.faults.add(PINS, fault, times=None)

    form = await choose(hass, menu, "sign_in")

    assert_failed(form, key)
    clock.advance(60)
    form = await retry_sign_in(hass, form)
    assert_failed(form, key)
    plextv.faults.clear()
    clock.advance(60)
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


async def test_a_sign_in_without_internet_access_can_be_retried(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount
) -> None:
    menu = await open_menu(hass)
    await plextv.stop()

    form = await choose(hass, menu, "sign_in")

    assert_failed(form, "plex_tv_unreachable")
    await plextv.start()
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


async def test_starting_a_sign_in_times_out_after_8_seconds(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    menu = await open_menu(hass)
    plextv.begin_outage(Outage.HANG)

    waiting = asyncio.create_task(choose(hass, menu, "sign_in"))
    await plextv.fault_reached()
    clock.advance(8)
    form = await waiting

    assert_failed(form, "plex_tv_unreachable")
    plextv.end_outage()
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


@pytest.mark.parametrize(("fault", "_"), FAILURES)
async def test_temporary_failures_do_not_end_a_sign_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, fault: Fault, _: str
) -> None:
    step = await start_sign_in(hass)
    plextv.faults.add(POLLS, fault, times=4)

    await assert_signs_in(hass, plextv, step)


async def test_an_internet_outage_during_the_approval_does_not_end_the_sign_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await start_sign_in(hass)
    await plextv.stop()
    plextv.approve(plextv.pins[-1].id)
    began = clock.monotonic()
    for _ in range(500):
        await asyncio.sleep(0)
    assert clock.monotonic() > began + 10

    await plextv.start()

    result = await wait_for_plex(hass, step)
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_hanging_request_does_not_end_a_sign_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await start_sign_in(hass)
    plextv.faults.add(POLLS, Fault.hang(), times=1)
    await plextv.fault_reached()

    clock.advance(8)

    await assert_signs_in(hass, plextv, step)


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        pytest.param(error_fault(400, 1000, "Bad request"), "plex_tv_unreachable", id="refused"),
        pytest.param(
            error_fault(401, 1001, "User could not be authenticated"),
            "sign_in_expired",
            id="unauthorized",
        ),
    ],
)
async def test_a_permanent_failure_ends_the_sign_in(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    fault: Fault,
    key: str,
) -> None:
    step = await start_sign_in(hass)
    began = clock.monotonic()
    plextv.faults.add(POLLS, fault, times=None)

    form = await wait_for_plex(hass, step)

    assert_failed(form, key)
    assert clock.monotonic() < began + 60
    plextv.faults.clear()
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))
    assert len(plextv.pins) == 2


async def test_an_unexpected_exception_is_logged_and_the_sign_in_can_be_retried(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with patch.object(PlexAccountClient, "get_pin", side_effect=LookupError("a defect")):
        form = await wait_for_plex(hass, await start_sign_in(hass))

    assert_failed(form, "plex_tv_unreachable")
    assert "LookupError: a defect" in caplog.text
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


async def test_a_denied_sign_in_can_be_retried(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await start_sign_in(hass)
    began = clock.monotonic()
    plextv.deny(plextv.pins[-1].id)

    form = await wait_for_plex(hass, step)

    assert_failed(form, "sign_in_expired")
    assert clock.monotonic() < began + 60
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


async def test_a_sign_in_without_approval_expires_and_can_be_retried(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await start_sign_in(hass)
    clock.advance(1800)

    form = await wait_for_plex(hass, step)

    assert_failed(form, "sign_in_expired")
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


@pytest.mark.parametrize(("fault", "key"), FAILURES)
async def test_retrying_the_server_list_needs_no_second_approval(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    fault: Fault,
    key: str,
) -> None:
    step = await start_sign_in(hass)
    plextv.faults.add(RESOURCES, fault, times=None)

    form = await approve(hass, plextv, step)

    assert_failed(form, key)
    clock.advance(60)
    form = await retry_sign_in(hass, form)
    assert_failed(form, key)
    plextv.faults.clear()
    clock.advance(60)
    result = await retry_sign_in(hass, form)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert len(plextv.pins) == 1


async def test_a_withdrawn_approval_starts_a_new_sign_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount
) -> None:
    step = await start_sign_in(hass)
    plextv.faults.add(RESOURCES, error_fault(401, 1001, "User could not be authenticated"))

    form = await approve(hass, plextv, step)

    assert_failed(form, "sign_in_expired")
    step = assert_sent_to_plex(await retry_sign_in(hass, form))
    assert len(plextv.pins) == 2
    await assert_signs_in(hass, plextv, step)
