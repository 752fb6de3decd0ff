"""The Home Assistant and the simulated server of the other tests, always with notifications."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import HeldFreezerClock
from tests.fixtures.home_assistant import Live
from tests.integration.support import settle
from tests.simulator import PlexSimulator

from .assertions import HealthyBaseline


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def is_pushed() -> bool:
    """Let notifications come in every test, whenever its entry is set up."""
    return True


@pytest.fixture(autouse=True)
async def _integration(_custom_integrations: None, hass: HomeAssistant, clock: object) -> None:
    """Have the integration itself be there, so that an entry's set-up is one task."""
    await async_setup_component(hass, DOMAIN, {})


@pytest.fixture(autouse=True)
def _answers_held_back(clock: HeldFreezerClock, simulator: PlexSimulator) -> None:
    """Wait for nobody whose answer the server holds back."""
    clock.held = lambda: simulator.faults.hanging


@pytest.fixture
async def baseline(
    hass: HomeAssistant, pushed: MockConfigEntry, simulator: PlexSimulator, live: Live
) -> HealthyBaseline:
    """Return the entry as it is while all is well, with the poll at its start over."""
    await live(12)
    simulator.clear_requests()
    return HealthyBaseline.of(hass, pushed)


@pytest.fixture
def set_up_while_advancing(
    hass: HomeAssistant, entry: MockConfigEntry, live: Live
) -> Callable[[], object]:
    """Return what sets the entry up while time goes by, however that ends."""

    async def set_up() -> None:
        task = hass.async_create_background_task(
            hass.config_entries.async_setup(entry.entry_id), "set-up"
        )
        await settle(hass)
        while not task.done():
            await live(1)

    return set_up
