"""Somebody with an account at plex.tv, in front of Plex's sign-in page."""

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType

from tests.simulator import PlexTvSimulator

from .flows import choose, open_menu
from .support import settle


async def begin_sign_in(hass: HomeAssistant) -> ConfigFlowResult:
    """Return what sends somebody to Plex's page, to set a new server up."""
    return await go_to_plex(hass, await open_menu(hass))


async def go_to_plex(hass: HomeAssistant, menu: ConfigFlowResult) -> ConfigFlowResult:
    """Choose from a menu to be sent to Plex's page."""
    return assert_sent_to_plex(await choose(hass, menu, "sign_in"))


async def try_again(hass: HomeAssistant, form: ConfigFlowResult) -> ConfigFlowResult:
    """Return what follows when the form that tells of a failure is submitted."""
    assert form["step_id"] == "sign_in_failed"
    return await hass.config_entries.flow.async_configure(form["flow_id"], {})


async def approve(
    hass: HomeAssistant, plextv: PlexTvSimulator, step: ConfigFlowResult, account: str = "owner"
) -> ConfigFlowResult:
    """Return what follows on an approval on Plex's page."""
    plextv.approve(plextv.pins[-1].id, account)
    return await wait_for_plex(hass, step)


async def wait_for_plex(hass: HomeAssistant, step: ConfigFlowResult) -> ConfigFlowResult:
    """Return what follows when the flow has moved on by itself, as a browser then asks for it."""
    await settle(hass)
    assert hass.config_entries.flow.async_get(step["flow_id"])["step_id"] == "sign_in_done"
    result = await hass.config_entries.flow.async_configure(step["flow_id"])
    await settle(hass)
    return result


def assert_sent_to_plex(step: ConfigFlowResult) -> ConfigFlowResult:
    """Hold that the flow now waits for Plex's page."""
    assert step["type"] is FlowResultType.EXTERNAL_STEP
    assert step["step_id"] == "sign_in"
    return step


def assert_failed(form: ConfigFlowResult, key: str) -> None:
    """Hold that a form tells why nobody is signed in."""
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == "sign_in_failed"
    assert form["errors"] == {"base": key}


async def assert_signs_in(
    hass: HomeAssistant, plextv: PlexTvSimulator, step: ConfigFlowResult
) -> None:
    """Hold that the next approval sets the server up."""
    result = await approve(hass, plextv, assert_sent_to_plex(step))
    assert result["type"] is FlowResultType.CREATE_ENTRY
