"""Fixtures of the fault tests: always with push, and with the state before a fault."""

from collections.abc import Callable

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import HeldFreezerClock
from tests.fixtures.home_assistant import RunFor
from tests.integration.helpers import settle
from tests.simulator import PlexSimulator

from .assertions import HealthyBaseline


@pytest.fixture(autouse=True)
def _standard_checks(standard_checks: None) -> None:
    """Apply the standard checks to every test of this folder."""


@pytest.fixture
def is_push_enabled() -> bool:
    """Enable push in every test of this folder."""
    return True


@pytest.fixture(autouse=True)
async def _integration(_custom_integrations: None, hass: HomeAssistant, clock: object) -> None:
    """Set up the integration first, so that setting up an entry is a single task."""
    await async_setup_component(hass, DOMAIN, {})


@pytest.fixture(autouse=True)
def _answers_held_back(clock: HeldFreezerClock, simulator: PlexSimulator) -> None:
    """Exclude requests whose responses the server holds back from waiting."""
    clock.held = lambda: simulator.faults.hanging


@pytest.fixture
async def baseline(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> HealthyBaseline:
    """Return the state of the entry before the fault, after its first polls."""
    await run_for(12)
    simulator.clear_requests()
    return HealthyBaseline.of(hass, entry_with_push)


@pytest.fixture
def set_up_while_advancing(
    hass: HomeAssistant, entry: MockConfigEntry, run_for: RunFor
) -> Callable[[], object]:
    """Return a function that sets up the entry while the time advances; the set-up may fail."""

    async def set_up() -> None:
        task = hass.async_create_background_task(
            hass.config_entries.async_setup(entry.entry_id), "set-up"
        )
        await settle(hass)
        while not task.done():
            await run_for(1)

    return set_up
