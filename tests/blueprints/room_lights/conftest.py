"""Fixtures: a lamp in the living room, and the automation that dims it."""

from collections.abc import Callable
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.entity_ids import PLAYBACK

from ..conftest import Automate

LAMP = "light.living_room"

type TakeBrightness = Callable[[], list[int]]


@pytest.fixture
def take_brightness(hass: HomeAssistant) -> TakeBrightness:
    """Return a function that returns the percentages set for the lamp since its last call."""
    calls = async_mock_service(hass, "light", "turn_on")

    def take_brightness() -> list[int]:
        percentages = [call.data["brightness_pct"] for call in calls]
        assert all(call.data["entity_id"] == [LAMP] for call in calls)
        calls.clear()
        return percentages

    return take_brightness


@pytest.fixture
def inputs() -> dict[str, Any]:
    """Return inputs for a lamp in the living room."""
    return {
        "playback": PLAYBACK,
        "players": [" living room "],
        "lights": {"entity_id": LAMP},
        "stop_delay": 0,
    }


@pytest.fixture
async def automation(
    automate: Automate, take_brightness: TakeBrightness, inputs: dict[str, Any]
) -> str:
    """Return the automation with these inputs."""
    return await automate("room_lights", **inputs)
