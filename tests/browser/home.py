"""A Home Assistant whose Plex servers run in this process, so that a test controls them."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final, Self, cast

import aiohttp

from scripts.demo_support.client import HomeAssistantClient
from scripts.demo_support.config_flow import FLOWS
from scripts.demo_support.home_assistant import HomeAssistant
from tests.simulator import PlexSimulator
from tests.simulator.library import Item, Kind
from tests.simulator.plextv import PlexTvSimulator

START_TIMEOUT_SECONDS: Final = 300.0
REQUEST_TIMEOUT: Final = aiohttp.ClientTimeout(total=60)
# The demo stores its resources; here the module is an extra module of the page.
YAML_RESOURCES: Final = "lovelace:\n  resource_mode: yaml\n"
TOKEN: Final = "browser-canary-token"


class Home:
    """Home Assistant with one idle server; more are added and removed by tests."""

    def __init__(self, folder: Path, more_configuration: str = YAML_RESOURCES) -> None:
        """Prepare the server; logs and configuration are written to the folder."""
        self._folder = folder
        self._more_configuration = more_configuration
        self.server = PlexSimulator(TOKEN)
        self._plextv = PlexTvSimulator()
        self.session = aiohttp.ClientSession(timeout=REQUEST_TIMEOUT)

    async def __aenter__(self) -> Self:
        """Start everything and set the server up."""
        await self.server.start()
        await self._plextv.start()
        self._home_assistant = HomeAssistant(
            self._folder, (TOKEN,), self._plextv.url, self._more_configuration
        )
        self.url = self._home_assistant.url
        self.client = HomeAssistantClient(self.session, self.url)
        await self._home_assistant.start()
        await self.client.wait_until_running(
            START_TIMEOUT_SECONDS, self._home_assistant.process.check_running
        )
        self.entry_id = await self.add_server(self.server)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Home Assistant before the servers."""
        await self.session.close()
        await self._home_assistant.process.stop()
        await self._plextv.stop()
        await self.server.stop()

    async def add_server(self, server: PlexSimulator, token: str = TOKEN) -> str:
        """Add a server by its address, as a user does, and return the id of its entry."""
        menu = await self.client.post(FLOWS, {"handler": "plex_pulse"})
        flow = f"{FLOWS}/{menu['flow_id']}"
        await self.client.post(flow, {"next_step_id": "manual"})
        step = await self.client.post(
            flow, {"url": server.url, "token": token, "verify_ssl": False}
        )
        assert step["type"] == "create_entry", step
        return cast("dict[str, str]", step["result"])["entry_id"]

    async def reconfigure_server(self, entry_id: str, server: PlexSimulator, token: str) -> None:
        """Give an entry another token."""
        menu = await self.client.post(FLOWS, {"handler": "plex_pulse", "entry_id": entry_id})
        flow = f"{FLOWS}/{menu['flow_id']}"
        await self.client.post(flow, {"next_step_id": "reconfigure_manual"})
        step = await self.client.post(
            flow, {"url": server.url, "token": token, "verify_ssl": False}
        )
        assert step["reason"] == "reconfigure_successful", step

    @asynccontextmanager
    async def second_server(self, server: PlexSimulator, token: str) -> AsyncGenerator[str]:
        """Add another server and return the id of its entry, which is removed at the end."""
        entry_id = await self.add_server(server, token)
        try:
            yield entry_id
        finally:
            await self.remove_server(entry_id)

    async def remove_server(self, entry_id: str) -> None:
        """Remove an entry."""
        await self.client.delete(f"/api/config/config_entries/entry/{entry_id}")

    async def save_dashboard(self, path: str, *cards: dict[str, Any]) -> None:
        """Save a dashboard with one view of cards, at a path that contains a hyphen."""
        await self.save_config(path, {"views": [{"cards": list(cards)}]})

    async def save_config(self, path: str, config: dict[str, Any]) -> None:
        """Save a dashboard, which is created if it does not exist."""
        existing: Any = await self.client.command("lovelace/dashboards/list")
        if path not in {dashboard["url_path"] for dashboard in existing}:
            await self.client.command("lovelace/dashboards/create", url_path=path, title=path)
        await self.client.command("lovelace/config/save", url_path=path, config=config)

    def reset(self) -> None:
        """End all streams and faults."""
        self.server.faults.clear()
        for session in self.server.sessions.current():
            self.server.sessions.stop(session)

    def find(self, kind: Kind, number: int = 0) -> Item:
        """Return an item of the library."""
        return self.server.library.of_kind(kind)[number]
