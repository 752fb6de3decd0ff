"""The soak itself: trouble, recovery, a quiet moment, and trouble again."""

import asyncio
from collections.abc import Callable
from random import Random
import sys
from typing import Final

from homeassistant.core import HomeAssistant

from .home import ShownServer, add_server
from .life import Life
from .report import Report
from .servers import SoakServer
from .troubles import Order, Trouble, Troubles
from .vitals import Vitals, take_vitals

_WARM_UP: Final = (0.2, 10.0, 400.0)
"""Share of the time after which growth counts, and its seconds at least and at most."""
_BETWEEN: Final = (0.5, 4.0)
"""Seconds between troubles, at least and at most."""
_LOOK: Final = 0.1
"""Seconds between looks at the entities."""
_SHOWN_AGAIN: Final = 180.0
"""Seconds after which a server that is well and still not shown is lost."""
_ALL_AGAIN: Final = 300.0
"""Seconds after which an entity that is still unavailable is lost; some reads are rare."""
_STREAMS: Final = 15.0
"""Seconds after which a stream that is still not shown, or shown wrongly, is lost."""
_NOTICED: Final = 60.0
"""Seconds after which a client must have left a half-open connection."""
_SETTLED: Final = 10.0
"""Seconds in which what was noticed last is read, and idle again."""


def say(message: str) -> None:
    """Tell how it goes; standard output is kept for the report."""
    print(message, file=sys.stderr, flush=True)


class Soak:
    """Two servers in one Home Assistant, never in trouble both at once."""

    def __init__(self, hass: HomeAssistant, servers: list[SoakServer], report: Report) -> None:
        """Be ready; what is found is noted in the report."""
        self._hass = hass
        self._servers = servers
        self._report = report
        self._moments = self._random("moments")
        self._troubles = Troubles(self._random("troubles"))
        self._shown: list[ShownServer] = []
        self._lives: list[Life] = []

    async def run(self, seconds: float) -> None:
        """Go on for so many seconds, and some more to come to rest in."""
        now = asyncio.get_running_loop().time()
        share, least, most = _WARM_UP
        warm = now + min(max(least, share * seconds), most)
        self._shown = [await add_server(self._hass, server) for server in self._servers]
        self._lives = [
            Life(server, self._random(f"life {number}"))
            for number, server in enumerate(self._servers)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(life.run()) for life in self._lives]
            tasks.append(group.create_task(self._observe()))
            await self._have_troubles(warm)
            self._report.start = await self._rest()
            say("Warm.")
            await self._have_troubles(now + seconds)
            self._report.end = await self._rest()
            for task in tasks:
                task.cancel()
        self._sum_up()

    def _random(self, name: str) -> Random:
        """Return what chance rules something by, however quick the others are."""
        return Random(f"{self._report.seed} {name}")  # noqa: S311 - repeatable, nothing secret

    async def _observe(self) -> None:
        """Look at the entities all the time."""
        while True:
            for shown in self._shown:
                shown.observe()
            await asyncio.sleep(_LOOK)

    async def _have_troubles(self, until: float) -> None:
        """Bring one server after another into trouble until then."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._moments.uniform(*_BETWEEN))
            if loop.time() >= until:
                return
            shown = self._moments.choice(self._shown)
            await self._have_trouble(shown, self._troubles.draw(), until)

    async def _have_trouble(self, shown: ShownServer, trouble: Trouble, until: float) -> None:
        """Bring a server into trouble, end it, and see everything come back."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        shown.in_trouble(trouble.name)
        for order in trouble.orders:
            await _give(shown.server, order)
        if trouble.reloads:
            await self._hass.config_entries.async_reload(shown.entry.entry_id)
        # The last one must not outlast the soak by far.
        await asyncio.sleep(min(trouble.seconds, max(0.0, until - loop.time())))
        if trouble.is_left_by_client and not await _is_heard_again(shown.server):
            self._lose(f"{shown.entry.title}: a half-open connection was never left")
        self._report.troubles[trouble.name] += 1
        for life in self._lives:
            life.rest()
        await _give(shown.server, trouble.end)
        ended = loop.time()
        shown.is_well(ended + trouble.aftermath)
        # The other one must be well all the time.
        if all([await self._becomes_quiet(each, trouble.name) for each in self._shown]):
            self._report.recoveries += 1
        say(
            f"{shown.entry.title}, {trouble.name}: {ended - began:.1f} s, "
            f"quiet {loop.time() - ended:.1f} s later"
        )
        for life in self._lives:
            life.go_on()
        for server in self._servers:
            await server.count_requests()

    async def _becomes_quiet(self, shown: ShownServer, cause: str) -> bool:
        """Return whether a server is shown in time, with all that plays."""
        title = shown.entry.title
        if not await _becomes(lambda: shown.is_shown and shown.is_prompt, _SHOWN_AGAIN):
            self._lose(f"{title}: {_SHOWN_AGAIN:.0f} s after {cause} not shown again")
            return False
        loop = asyncio.get_running_loop()
        deadline = loop.time() + _STREAMS
        # What plays may end by itself meanwhile.
        while sorted(shown.streams()) != (playing := await _playing(shown.server)):
            if loop.time() >= deadline:
                self._lose(
                    f"{title}: {_STREAMS:.0f} s after {cause} {playing} play, "
                    f"{sorted(shown.streams())} are shown"
                )
                return False
            await asyncio.sleep(_LOOK)
        return True

    async def _becomes_whole(self, shown: ShownServer) -> None:
        """Wait until notifications come and every entity is back."""
        if missing := shown.missing():
            say(f"{shown.entry.title} is well, but these are unavailable: {', '.join(missing)}")
        if not await _becomes(lambda: shown.has_push and not shown.missing(), _ALL_AGAIN):
            push = "on" if shown.has_push else "off"
            self._lose(f"{shown.entry.title}: push is {push}, unavailable: {shown.missing()}")

    async def _rest(self) -> Vitals:
        """Let everything end, and return what is held nevertheless."""
        for life in self._lives:
            life.rest()
        for shown in self._shown:
            await shown.server.order("stop_streams")
            await shown.server.order("forget_newcomers")
            await self._becomes_quiet(shown, "everything")
            await self._becomes_whole(shown)
        await asyncio.sleep(_SETTLED)
        for server in self._servers:
            await server.count_requests()
        vitals = await take_vitals(self._hass)
        for life in self._lives:
            life.go_on()
        return vitals

    def _lose(self, what: str) -> None:
        say(what)
        self._report.lost.append(what)

    def _sum_up(self) -> None:
        """Note what servers and clients have counted."""
        report = self._report
        report.requests = sum(server.requests for server in self._servers)
        for shown in self._shown:
            report.note_shown_down(shown.outages.longest)
            report.note_entities_away(shown.entity_outages.longest)
            for client in shown.clients:
                report.retries += client.statistics.retries
                report.failures.update(
                    {kind.value: count for kind, count in client.statistics.failures.items()}
                )


async def _is_heard_again(server: SoakServer) -> bool:
    """Return whether the client takes another connection for one that went silent."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _NOTICED
    while not await server.order("listeners"):
        if loop.time() >= deadline:
            return False
        await asyncio.sleep(_LOOK)
    return True


async def _playing(server: SoakServer) -> list[list[str | None]]:
    """Return what plays, in the order of its texts."""
    return sorted(await server.order("streams"))


async def _give(server: SoakServer, order: Order) -> None:
    """Have an order carried out."""
    name, *arguments = order
    await server.order(str(name), *arguments)


async def _becomes(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether something becomes true in so many seconds."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - states have no event to wait for
                await asyncio.sleep(_LOOK)
    except TimeoutError:
        return False
    return True
