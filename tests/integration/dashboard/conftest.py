"""Fixtures: browsers of the dashboard of a loaded server."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from .browser import Browse, Browser, browse_with


@pytest.fixture(autouse=True)
def _storage_in_memory(hass_storage: dict[str, Any]) -> None:
    """Store data in memory instead of on the disk."""


@pytest.fixture
def browse(
    hass: HomeAssistant,
    loaded_entry: object,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> Browse:
    """Return a function that opens a browser of any user."""
    return browse_with(hass, hass_ws_client, hass_client)


@pytest.fixture
async def browser(browse: Browse) -> Browser:
    """Return the browser of an administrator."""
    return await browse()
