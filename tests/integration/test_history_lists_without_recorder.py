"""Without the recorder the History view has no lists, and the command says so."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import (
    ClientSessionGenerator,
    WebSocketGenerator,
)

from .dashboard.browser import browse_with


async def test_lists_are_not_available_without_the_recorder(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    hass_ws_client: WebSocketGenerator,
    hass_client: ClientSessionGenerator,
) -> None:
    browser = await browse_with(hass, hass_ws_client, hass_client)()
    top = await browser.call("plex_pulse/history/top", by="title")
    assert top["rows"] == []
    assert top["failed"] == [
        {"entry_id": loaded_entry.entry_id, "name": "Harbour", "error": "unknown_error"}
    ]
    dashboard = await browser.call("plex_pulse/dashboard", language="en", views=["history"])
    assert "plex_pulse:" not in str(dashboard)
    assert "plex-pulse-top" not in str(dashboard)
