"""The Home Assistant and the simulated server of the other tests, with the blueprints in place."""

from collections.abc import Awaitable, Callable
from shutil import copytree

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.integration.support import settle
from tests.product import ROOT

type Automate = Callable[..., Awaitable[str]]


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return a configuration folder that has the blueprints where an import puts them."""
    copytree(ROOT / "blueprints", f"{hass_tmp_config_dir}/blueprints")
    return hass_tmp_config_dir


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[ServiceCall]:
    """Return what Home Assistant's page is told."""
    return async_mock_service(hass, "persistent_notification", "create")


@pytest.fixture
def automate(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> Automate:
    """Return what makes an automation of a blueprint as a user does, and names its entity."""

    async def automate(name: str, **inputs: object) -> str:
        blueprint = {"path": f"plex_pulse/{name}.yaml", "input": inputs}
        config = {AUTOMATION_DOMAIN: {"alias": "Home", "use_blueprint": blueprint}}
        assert await async_setup_component(hass, AUTOMATION_DOMAIN, config)
        await settle(hass)
        return "automation.home"

    return automate
