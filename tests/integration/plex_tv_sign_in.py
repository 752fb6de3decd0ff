"""Helpers for signing in with Plex."""

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.simulator import PlexTvSimulator

from .config_flow_helpers import choose, open_menu
from .helpers import settle


async def start_sign_in(hass: HomeAssistant) -> ConfigFlowResult:
    """Start the sign-in for a new server and return the external step."""
    return await open_plex_sign_in(hass, await open_menu(hass))


async def open_plex_sign_in(hass: HomeAssistant, menu: ConfigFlowResult) -> ConfigFlowResult:
    """Choose signing in from a menu and return the external step."""
    return assert_sent_to_plex(await choose(hass, menu, "sign_in"))


async def retry_sign_in(hass: HomeAssistant, form: ConfigFlowResult) -> ConfigFlowResult:
    """Submit the form of a failed sign-in and return the next step."""
    assert form["step_id"] == "sign_in_failed"
    return await hass.config_entries.flow.async_configure(form["flow_id"], {})


async def approve(
    hass: HomeAssistant, plextv: PlexTvSimulator, step: ConfigFlowResult, account: str = "owner"
) -> ConfigFlowResult:
    """Approve the sign-in at plex.tv and return the next step."""
    plextv.approve(plextv.pins[-1].id, account)
    return await wait_for_plex(hass, step)


async def wait_for_plex(hass: HomeAssistant, step: ConfigFlowResult) -> ConfigFlowResult:
    """Wait until the flow has progressed and return the next step, as a browser does."""
    await settle(hass)
    assert hass.config_entries.flow.async_get(step["flow_id"])["step_id"] == "sign_in_done"
    result = await hass.config_entries.flow.async_configure(step["flow_id"])
    await settle(hass)
    return result


def assert_sent_to_plex(step: ConfigFlowResult) -> ConfigFlowResult:
    """Assert that the flow waits for Plex's sign-in page, and return the step."""
    assert step["type"] is FlowResultType.EXTERNAL_STEP
    assert step["step_id"] == "sign_in"
    return step


def assert_failed(form: ConfigFlowResult, key: str) -> None:
    """Assert that the form shows why the sign-in failed."""
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "sign_in_failed"
    assert form["errors"] == {"base": key}


async def assert_signs_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, step: ConfigFlowResult
) -> None:
    """Assert that the next approval sets up the server."""
    result = await approve(hass, plextv, assert_sent_to_plex(step))
    assert result["type"] is FlowResultType.CREATE_ENTRY
