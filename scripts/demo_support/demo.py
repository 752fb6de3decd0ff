"""The demo's life: everything up, set up, and down again."""

import asyncio
from pathlib import Path
from time import monotonic
from typing import Final, Self

import aiohttp

from .client import HomeAssistantClient
from .config_flow import follow_users, set_up_plex_pulse
from .dashboard import save_dashboard
from .entities import Entity, enable_entities, find_problems, read_entities
from .happenings import is_heard, make_things_happen
from .home_assistant import HomeAssistant
from .past import import_past
from .simulator import Simulator

# Long enough to install something that scripts/setup missed.
START_TIMEOUT: Final = 300.0
ENTITIES_TIMEOUT: Final = 120.0
# How long what was made to happen may take to show, on a slow machine too.
PATIENCE: Final = 15.0
REQUEST_TIMEOUT: Final = aiohttp.ClientTimeout(total=30)


class Demo:
    """Home Assistant and the simulator; both have ended when the context is left."""

    def __init__(self, folder: Path) -> None:
        """Choose ports; state and logs go to the folder."""
        self.simulator = Simulator(folder)
        self.home_assistant = HomeAssistant(
            folder, (self.simulator.token,), self.simulator.plex_tv_url
        )
        self._session = aiohttp.ClientSession(timeout=REQUEST_TIMEOUT)
        self._client = HomeAssistantClient(self._session, self.home_assistant.url)

    async def __aenter__(self) -> Self:
        """Nothing runs before `set_up`."""
        return self

    async def __aexit__(self, *_: object) -> None:
        """End Home Assistant before the server it watches, so that it does not report a loss."""
        await self._session.close()
        await self.home_assistant.process.stop()
        await self.simulator.process.stop()

    async def set_up(self) -> list[Entity]:
        """Start both, set Plex Pulse up and return its entities; raise DemoError if that fails."""
        await self.home_assistant.start()
        await self.simulator.start(self._session)
        await self._client.wait_until_running(
            START_TIMEOUT, self.home_assistant.process.check_running
        )
        entry_id = await set_up_plex_pulse(
            self._client, lambda url: self.simulator.approve(self._session, url)
        )
        await enable_entities(self._client)
        # Saving the options reloads the entry, which brings what was enabled with it.
        await follow_users(self._client, entry_id)
        entities = await self._settled_entities()
        for entity in entities:
            await import_past(self._client, entity)
        await save_dashboard(self._client, entities)
        return entities

    async def _settled_entities(self) -> list[Entity]:
        """Return the entities once nothing is wrong with them, or as they are when time is up."""
        deadline = monotonic() + ENTITIES_TIMEOUT
        happens_at = monotonic()
        while True:
            entities = await read_entities(self._client)
            if not find_problems(entities) or monotonic() > deadline:
                return entities
            if is_heard(entities) and monotonic() >= happens_at:
                await make_things_happen(self._client, self.simulator, self._session, entities)
                happens_at = monotonic() + PATIENCE
            await asyncio.sleep(0.5)

    async def wait(self) -> None:
        """Return when one of the two programs ends by itself."""
        programs = (self.home_assistant.process, self.simulator.process)
        waiting = [asyncio.create_task(program.wait()) for program in programs]
        try:
            await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waiting:
                task.cancel()
        for program in programs:
            program.check_running()
