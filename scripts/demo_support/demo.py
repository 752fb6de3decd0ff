"""Start, set-up and stop of the demo."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final, Self

import aiohttp

from .client import HomeAssistantClient
from .config_flow import follow_users, set_up_plex_pulse
from .dashboard import save_dashboard
from .demo_events import has_push, trigger_events
from .entities import Entity, enable_entities, expose_to_assist, find_problems, read_entities
from .errors import DemoError
from .home_assistant import HomeAssistant
from .imported_history import has_imported_history
from .sample_statistics import import_sample_statistics
from .simulator import Simulator

# Long enough to install a package that scripts/setup missed.
START_TIMEOUT_SECONDS: Final = 300.0
ENTITIES_TIMEOUT_SECONDS: Final = 120.0
# After which events without effect are triggered again, on a slow machine too.
EVENTS_TIMEOUT_SECONDS: Final = 15.0
# 20 requests of one a second each, and what the recorder needs to write the rows.
HISTORY_TIMEOUT_SECONDS: Final = 300.0
REQUEST_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)


class Demo:
    """Home Assistant and the simulator; both are stopped when the context exits."""

    def __init__(self, folder: Path, plays_per_day: float | None = None) -> None:
        """Choose ports; state and logs are written to the folder."""
        self.simulator = Simulator(folder, plays_per_day)
        self.home_assistant = HomeAssistant(
            folder, (self.simulator.token,), self.simulator.plex_tv_url
        )
        self._session = aiohttp.ClientSession(timeout=REQUEST_TIMEOUT)
        self._client = HomeAssistantClient(self._session, self.home_assistant.url)

    @property
    def client(self) -> HomeAssistantClient:
        """Return the client, which is logged in after `set_up`."""
        return self._client

    @property
    def session(self) -> aiohttp.ClientSession:
        """Return the session of all requests; it is closed with the demo."""
        return self._session

    async def __aenter__(self) -> Self:
        """Return the demo; `set_up` starts it."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """Stop Home Assistant before the server, so that it does not log a lost connection."""
        await self._session.close()
        await self.home_assistant.process.stop()
        await self.simulator.process.stop()

    async def set_up(self) -> list[Entity]:
        """Start both, set Plex Pulse up and return its entities.

        Raises: DemoError when that fails.
        """
        await self.start()
        entry_id = await self.add_server()
        await enable_entities(self._client)
        # Saving the options reloads the entry, which adds the enabled entities.
        await follow_users(self._client, entry_id)
        entities = await self._settled_entities()
        for entity in entities:
            await import_sample_statistics(self._client, entity)
        await save_dashboard(self._client)
        await expose_to_assist(self._client, entities)
        return entities

    async def start(self) -> None:
        """Start both, without setting Plex Pulse up.

        Raises: DemoError when that fails.
        """
        await self.home_assistant.start()
        await self.simulator.start(self._session)
        await self._client.wait_until_running(
            START_TIMEOUT_SECONDS, self.home_assistant.process.check_running
        )

    async def add_server(self) -> str:
        """Set Plex Pulse up and return the id of its entry.

        Raises: DemoError when that fails.
        """
        return await set_up_plex_pulse(
            self._client, lambda url: self.simulator.approve(self._session, url)
        )

    async def wait_for_history(self, timeout_seconds: float = HISTORY_TIMEOUT_SECONDS) -> None:
        """Wait until the history of the server was imported, so that its view is complete.

        Raises: DemoError when that takes too long.
        """
        deadline = monotonic() + timeout_seconds
        while not await has_imported_history(self._client):
            if monotonic() > deadline:
                msg = "the history was not imported in time"
                raise DemoError(msg)
            await asyncio.sleep(1)

    async def _settled_entities(self) -> list[Entity]:
        """Return the entities once they have no problems, or as they are after a timeout."""
        deadline = monotonic() + ENTITIES_TIMEOUT_SECONDS
        events_at = monotonic()
        while True:
            entities = await read_entities(self._client)
            if not find_problems(entities) or monotonic() > deadline:
                return entities
            if has_push(entities) and monotonic() >= events_at:
                await trigger_events(self._client, self.simulator, self._session, entities)
                events_at = monotonic() + EVENTS_TIMEOUT_SECONDS
            await asyncio.sleep(0.5)

    async def wait(self) -> None:
        """Wait until one of the two programs ends by itself.

        Raises: DemoError when one has ended.
        """
        programs = (self.home_assistant.process, self.simulator.process)
        waiting = [asyncio.create_task(program.wait()) for program in programs]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        for program in programs:
            program.check_running()
