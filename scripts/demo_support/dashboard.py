"""The dashboard of the demo: the strategy that users add with three clicks."""

from typing import Final

from .client import HomeAssistantClient

URL_PATH: Final = "plex-pulse"


async def save_dashboard(client: HomeAssistantClient) -> None:
    """Add the dashboard as the dialog does, and make it Home Assistant's default."""
    await client.command(
        "lovelace/dashboards/create", url_path=URL_PATH, title="Plex Pulse", icon="mdi:pulse"
    )
    config = {"strategy": {"type": "custom:plex-pulse"}}
    await client.command("lovelace/config/save", url_path=URL_PATH, config=config)
    await client.command("frontend/set_system_data", key="core", value={"default_panel": URL_PATH})
