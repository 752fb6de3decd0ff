"""Plex's page in its own window, the way back from it, and a dialog that is closed meanwhile."""

import asyncio
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, UnknownFlow
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from yarl import URL

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import FreezerClock
from tests.simulator import Fault, PlexTvSimulator
from tests.simulator.plextv_accounts import PlexAccount

from .accounts import (
    approve,
    assert_failed,
    assert_signs_in,
    begin_sign_in,
    try_again,
    wait_for_plex,
)
from .flows import choose, open_menu
from .support import settle

WAY_BACK = "/api/plex_pulse/signed_in"
FLOWS = "/api/config/config_entries/flow"
PINS = "/api/v2/pins"
POLLS = "/api/v2/pins/*"


async def test_who_comes_back_without_having_approved_need_not_wait_for_the_end(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    step = await begin_sign_in(hass)
    browser = await hass_client_no_auth()
    began = clock.monotonic()

    await browser.get(WAY_BACK, params={"flow_id": step["flow_id"]})

    form = await wait_for_plex(hass, step)
    assert_failed(form, "sign_in_cancelled")
    assert clock.monotonic() < began + 60
    polls = len(plextv.requests)
    clock.advance(60)
    await settle(hass)
    assert len(plextv.requests) == polls
    await assert_signs_in(hass, plextv, await try_again(hass, form))


async def test_plex_has_ten_seconds_to_notice_an_approval_that_the_browser_brings_back(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    step = await begin_sign_in(hass)
    browser = await hass_client_no_auth()
    plextv.faults.add(POLLS, Fault.hang())
    await plextv.fault_reached()
    await browser.get(WAY_BACK, params={"flow_id": step["flow_id"]})
    clock.advance(7.9)
    assert hass.config_entries.flow.async_get(step["flow_id"])["step_id"] == "sign_in"

    # The poll that hangs is given up, and the next one brings the approval.
    plextv.approve(plextv.pins[-1].id)
    clock.advance(0.1)

    result = await wait_for_plex(hass, step)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("query", [{}, {"flow_id": ""}, {"flow_id": "unknown"}, {"code": "x"}])
async def test_the_way_back_tells_a_stranger_nothing_and_starts_nothing(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    hass_client_no_auth: ClientSessionGenerator,
    query: Mapping[str, str],
) -> None:
    step = await begin_sign_in(hass)
    stranger = await hass_client_no_auth()

    answer = await stranger.get(WAY_BACK, params=query)

    assert (answer.status, answer.content_type) == (HTTPStatus.OK, "text/html")
    page = await answer.text()
    assert "You can close this window." in page
    owners = await stranger.get(WAY_BACK, params={"flow_id": step["flow_id"]})
    assert await owners.text() == page
    await assert_signs_in(hass, plextv, step)


async def test_a_dialog_that_is_closed_leaves_plex_alone(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await begin_sign_in(hass)
    plextv.faults.add(POLLS, Fault.hang())
    await plextv.fault_reached()
    polls = len(plextv.requests)

    hass.config_entries.flow.async_abort(step["flow_id"])

    await plextv.faults.wait_released()
    clock.advance(60)
    await settle(hass)
    assert len(plextv.requests) == polls
    await assert_signs_in(hass, plextv, await begin_sign_in(hass))


async def test_a_dialog_that_is_closed_while_plex_hesitates_begins_no_sign_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    menu = await open_menu(hass)
    plextv.faults.add(PINS, Fault.slow_drip(interval=0.001))
    opening = asyncio.create_task(choose(hass, menu, "sign_in"))
    await plextv.fault_reached()

    hass.config_entries.flow.async_abort(menu["flow_id"])

    with pytest.raises(UnknownFlow):
        await opening
    clock.advance(60)
    await settle(hass)
    assert plextv.count(PINS) == len(plextv.requests) == 1
    await assert_signs_in(hass, plextv, await begin_sign_in(hass))


@pytest.fixture
async def browser(
    hass: HomeAssistant, plextv: PlexTvSimulator, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return a browser that is signed in to Home Assistant."""
    await async_setup_component(hass, "config", {})
    # Unlike Home Assistant itself, its stand-in takes no new way back once it has started.
    step = await begin_sign_in(hass)
    hass.config_entries.flow.async_abort(step["flow_id"])
    plextv.sign_ins.all.clear()
    return await hass_client()


async def _send(
    browser: TestClient[Any, Any],
    path: str,
    *,
    headers: Mapping[str, str] | None = None,
    **values: str,
) -> dict[str, Any]:
    """Return what Home Assistant answers."""
    answer = await browser.post(path, json=values, headers=headers)
    return dict(await answer.json())


async def _sign_in_with(
    browser: TestClient[Any, Any], headers: Mapping[str, str]
) -> tuple[str, Mapping[str, str]]:
    """Return the id of a new sign-in's flow, and what Plex's page is told."""
    menu = await _send(browser, FLOWS, handler=DOMAIN)
    step = await _send(
        browser, f"{FLOWS}/{menu['flow_id']}", headers=headers, next_step_id="sign_in"
    )
    assert step["type"] == "external"
    _, _, query = step["url"].partition("#?")
    return step["flow_id"], URL(f"?{query}").query


async def test_plex_leads_back_to_where_the_browser_came_from(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    flow_id, query = await _sign_in_with(browser, {"HA-Frontend-Base": "https://home.example:8443"})

    way_back = URL(query["forwardUrl"])
    assert way_back.origin() == URL("https://home.example:8443")
    assert way_back.path == WAY_BACK
    assert dict(way_back.query) == {"flow_id": flow_id}


async def test_an_app_that_does_not_say_where_it_is_stays_on_plexs_page(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    _, query = await _sign_in_with(browser, {})

    assert "forwardUrl" not in query


async def test_a_page_that_is_loaded_anew_begins_nothing_anew(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    step = await begin_sign_in(hass)

    answer = await browser.get(f"{FLOWS}/{step['flow_id']}")

    shown = await answer.json()
    assert (shown["type"], shown["url"]) == ("external", step["url"])
    assert len(plextv.pins) == 1
    result = await approve(hass, plextv, step)
    assert result["type"] is FlowResultType.CREATE_ENTRY
