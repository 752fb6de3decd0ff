"""The window of Plex's sign-in page: the return to Home Assistant, and closed dialogs."""

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

from .config_flow_helpers import choose, open_menu
from .helpers import settle
from .plex_tv_sign_in import (
    approve,
    assert_failed,
    assert_signs_in,
    retry_sign_in,
    start_sign_in,
    wait_for_plex,
)

CALLBACK = "/api/plex_pulse/signed_in"
FLOWS = "/api/config/config_entries/flow"
PINS = "/api/v2/pins"
POLLS = "/api/v2/pins/*"


async def test_returning_without_an_approval_ends_the_sign_in_early(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    step = await start_sign_in(hass)
    browser = await hass_client_no_auth()
    began = clock.monotonic()

    await browser.get(CALLBACK, params={"flow_id": step["flow_id"]})

    form = await wait_for_plex(hass, step)
    assert_failed(form, "sign_in_cancelled")
    assert clock.monotonic() < began + 60
    polls = len(plextv.requests)
    clock.advance(60)
    await settle(hass)
    assert len(plextv.requests) == polls
    await assert_signs_in(hass, plextv, await retry_sign_in(hass, form))


async def test_an_approval_is_found_within_10_seconds_after_the_return(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    clock: FreezerClock,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    step = await start_sign_in(hass)
    browser = await hass_client_no_auth()
    plextv.faults.add(POLLS, Fault.hang())
    await plextv.fault_reached()
    await browser.get(CALLBACK, params={"flow_id": step["flow_id"]})
    clock.advance(7.9)
    assert hass.config_entries.flow.async_get(step["flow_id"])["step_id"] == "sign_in"

    # The hanging poll times out, and the next one gets the approval.
    plextv.approve(plextv.pins[-1].id)
    clock.advance(0.1)

    result = await wait_for_plex(hass, step)
    assert result["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("query", [{}, {"flow_id": ""}, {"flow_id": "unknown"}, {"code": "x"}])
async def test_the_callback_reveals_nothing_to_unauthenticated_requests(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    hass_client_no_auth: ClientSessionGenerator,
    query: Mapping[str, str],
) -> None:
    step = await start_sign_in(hass)
    client = await hass_client_no_auth()

    answer = await client.get(CALLBACK, params=query)

    assert (answer.status, answer.content_type) == (HTTPStatus.OK, "text/html")
    page = await answer.text()
    assert "You can close this window." in page
    with_flow_id = await client.get(CALLBACK, params={"flow_id": step["flow_id"]})
    assert await with_flow_id.text() == page
    await assert_signs_in(hass, plextv, step)


async def test_closing_the_dialog_stops_the_polling_of_plex_tv(
    hass: HomeAssistant, plextv: PlexTvSimulator, account: PlexAccount, clock: FreezerClock
) -> None:
    step = await start_sign_in(hass)
    plextv.faults.add(POLLS, Fault.hang())
    await plextv.fault_reached()
    polls = len(plextv.requests)

    hass.config_entries.flow.async_abort(step["flow_id"])

    await plextv.faults.wait_released()
    clock.advance(60)
    await settle(hass)
    assert len(plextv.requests) == polls
    await assert_signs_in(hass, plextv, await start_sign_in(hass))


async def test_closing_the_dialog_during_the_start_stops_the_sign_in(
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
    await assert_signs_in(hass, plextv, await start_sign_in(hass))


@pytest.fixture
async def browser(
    hass: HomeAssistant, plextv: PlexTvSimulator, hass_client: ClientSessionGenerator
) -> TestClient[Any, Any]:
    """Return a browser that is signed in to Home Assistant."""
    await async_setup_component(hass, "config", {})
    # The test server of Home Assistant accepts no new view once it has started.
    step = await start_sign_in(hass)
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
    """Send a command and return the response of Home Assistant."""
    answer = await browser.post(path, json=values, headers=headers)
    return dict(await answer.json())


async def _sign_in_with(
    browser: TestClient[Any, Any], headers: Mapping[str, str]
) -> tuple[str, Mapping[str, str]]:
    """Return the flow id of a new sign-in and the query for Plex's page."""
    menu = await _send(browser, FLOWS, handler=DOMAIN)
    step = await _send(
        browser, f"{FLOWS}/{menu['flow_id']}", headers=headers, next_step_id="sign_in"
    )
    assert step["type"] == "external"
    _, _, query = step["url"].partition("#?")
    return step["flow_id"], URL(f"?{query}").query


async def test_the_sign_in_page_returns_to_the_url_of_the_browser(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    flow_id, query = await _sign_in_with(browser, {"HA-Frontend-Base": "https://home.example:8443"})

    callback = URL(query["forwardUrl"])
    assert callback.origin() == URL("https://home.example:8443")
    assert callback.path == CALLBACK
    assert dict(callback.query) == {"flow_id": flow_id}


async def test_without_a_known_url_the_sign_in_page_does_not_return(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    _, query = await _sign_in_with(browser, {})

    assert "forwardUrl" not in query


async def test_reloading_the_page_keeps_the_sign_in(
    hass: HomeAssistant,
    plextv: PlexTvSimulator,
    account: PlexAccount,
    browser: TestClient[Any, Any],
) -> None:
    step = await start_sign_in(hass)

    answer = await browser.get(f"{FLOWS}/{step['flow_id']}")

    shown = await answer.json()
    assert (shown["type"], shown["url"]) == ("external", step["url"])
    assert len(plextv.pins) == 1
    result = await approve(hass, plextv, step)
    assert result["type"] is FlowResultType.CREATE_ENTRY
