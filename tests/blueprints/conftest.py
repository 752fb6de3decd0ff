"""Fixtures: automations made from the blueprints."""

from collections.abc import Awaitable, Callable
from shutil import copytree

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_mock_service

from tests.integration.helpers import settle
from tests.product import ROOT

type Automate = Callable[..., Awaitable[str]]


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """Return a configuration folder with the blueprints at the place of imported ones."""
    copytree(ROOT / "blueprints", f"{hass_tmp_config_dir}/blueprints")
    return hass_tmp_config_dir


@pytest.fixture
def notifications(hass: HomeAssistant) -> list[ServiceCall]:
    """Return the list of persistent notifications."""
    return async_mock_service(hass, "persistent_notification", "create")


@pytest.fixture
def automate(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> Automate:
    """Return a function that creates an automation from a blueprint and returns its entity id."""

    async def automate(name: str, **inputs: object) -> str:
        blueprint = {"path": f"plex_pulse/{name}.yaml", "input": inputs}
        config = {AUTOMATION_DOMAIN: {"alias": "Home", "use_blueprint": blueprint}}
        assert await async_setup_component(hass, AUTOMATION_DOMAIN, config)
        await settle(hass)
        return "automation.home"

    return automate
