"""The sequence of a soak: fault, recovery, check, and the next fault."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from random import Random
from typing import Final

from homeassistant.core import HomeAssistant

from scripts.common.output import print_status
from scripts.common.simulated_servers import SimulatedServer, running_servers

from .activity import Activity
from .faults import Command, FaultSequence, ServerFault
from .log_checker import LogChecker
from .observed_server import ObservedServer, add_server
from .report import Report
from .resource_usage import ResourceUsage, measure_resource_usage

_WARM_UP: Final = (0.2, 10.0, 400.0)
"""Share of the duration after which growth counts, and its minimum and maximum in seconds."""
_BETWEEN_FAULTS_SECONDS: Final = (0.5, 4.0)
"""Minimum and maximum."""
_CHECK_SECONDS: Final = 0.1
_SERVER_TIMEOUT_SECONDS: Final = 180.0
"""After which a recovered server that is not shown as available is lost."""
_ENTITIES_TIMEOUT_SECONDS: Final = 300.0
"""After which an entity that is unavailable is lost; some requests are rare."""
_STREAMS_TIMEOUT_SECONDS: Final = 15.0
"""After which a stream that is missing or shown wrongly is lost."""
_HALF_OPEN_TIMEOUT_SECONDS: Final = 60.0
"""After which a client must have replaced a half-open connection."""
_SETTLE_SECONDS: Final = 10.0
"""For the last refreshes before the resource usage is measured."""


@asynccontextmanager
async def running_soak_servers(count: int) -> AsyncGenerator[list[SimulatedServer]]:
    """Run simulated servers, each in a process of its own."""
    async with AsyncExitStack() as stack:
        servers: list[SimulatedServer] = []
        for number in range(count):
            servers += await stack.enter_async_context(
                running_servers("scripts.soak_support.simulator", number)
            )
        yield servers


class Soak:
    """Two servers in one Home Assistant; one of them at a time has a fault."""

    def __init__(
        self,
        hass: HomeAssistant,
        servers: list[SimulatedServer],
        report: Report,
        log: LogChecker,
    ) -> None:
        """Prepare; run() starts it and fills the report."""
        self._hass = hass
        self._servers = servers
        self._report = report
        self._log = log
        self._timing = self._random("timing")
        self._faults = FaultSequence(self._random("faults"))
        self._observed: list[ObservedServer] = []
        self._activities: list[Activity] = []

    async def run(self, seconds: float) -> None:
        """Run for so many seconds, and until everything is idle."""
        now = asyncio.get_running_loop().time()
        share, minimum, maximum = _WARM_UP
        warm_up_end = now + min(max(minimum, share * seconds), maximum)
        self._observed = [await add_server(self._hass, server) for server in self._servers]
        self._activities = [
            Activity(server, self._random(f"activity {number}"))
            for number, server in enumerate(self._servers)
        ]
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(activity.run()) for activity in self._activities]
            tasks.append(group.create_task(self._observe()))
            await self._cause_faults(warm_up_end)
            self._report.start = await self._measure_idle()
            print_status("The warm-up has ended.")
            await self._cause_faults(now + seconds)
            self._report.end = await self._measure_idle()
            for task in tasks:
                task.cancel()
        self._summarize()

    def _random(self, name: str) -> Random:
        """Return a source of randomness that no other part of the soak uses."""
        return Random(f"{self._report.seed} {name}")  # noqa: S311 - repeatable, nothing secret

    async def _observe(self) -> None:
        """Record how the servers are shown, until cancelled."""
        while True:
            for observed in self._observed:
                observed.observe()
            await asyncio.sleep(_CHECK_SECONDS)

    async def _cause_faults(self, until: float) -> None:
        """Cause one fault after another until then."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._timing.uniform(*_BETWEEN_FAULTS_SECONDS))
            if loop.time() >= until:
                return
            observed = self._timing.choice(self._observed)
            await self._cause_fault(observed, self._faults.next(), until)

    async def _cause_fault(
        self, observed: ObservedServer, fault: ServerFault, until: float
    ) -> None:
        """Cause a fault, end it, and wait for the recovery of everything."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        observed.start_fault(fault.name)
        self._log.expected_line = fault.expected_line
        # A websocket that is in its backoff cannot become half open.
        had_websocket = bool(await observed.server.call("open_websockets"))
        for command in fault.begin:
            await _execute(observed.server, command)
        if fault.is_reload:
            await self._hass.config_entries.async_reload(observed.entry.entry_id)
        # The last fault must not outlast the soak by much.
        await asyncio.sleep(min(fault.seconds, max(0.0, until - loop.time())))
        if fault.is_ended_by_client and had_websocket and not await _reconnects(observed.server):
            self._add_lost(f"{observed.entry.title}: a half-open connection was not replaced")
        self._report.faults[fault.name] += 1
        for activity in self._activities:
            activity.suspend()
        await _execute(observed.server, fault.end)
        ended = loop.time()
        observed.end_fault(ended + fault.retry_after)
        observed.reads_allowed_at = max(
            observed.reads_allowed_at, ended + max(fault.retry_after, fault.in_flight)
        )
        # The other server must not be affected.
        if all([await self._recovers(each, fault.name) for each in self._observed]):
            self._report.recoveries += 1
        print_status(
            f"{observed.entry.title}, {fault.name}: {ended - began:.1f} s, "
            f"recovered {loop.time() - ended:.1f} s later"
        )
        for activity in self._activities:
            activity.resume()
        for server in self._servers:
            await server.count_requests()

    async def _recovers(self, observed: ObservedServer, fault: str) -> bool:
        """Return whether a server and its streams are shown correctly in time."""
        title = observed.entry.title
        if not await _becomes_true(
            lambda: observed.is_available and observed.is_current, _SERVER_TIMEOUT_SECONDS
        ):
            self._add_lost(f"{title}: not available {_SERVER_TIMEOUT_SECONDS:.0f} s after {fault}")
            return False
        loop = asyncio.get_running_loop()
        deadline = max(loop.time(), observed.reads_allowed_at) + _STREAMS_TIMEOUT_SECONDS
        # A stream may end by itself meanwhile.
        while sorted(observed.streams()) != (playing := await _playing(observed.server)):
            if loop.time() >= deadline:
                self._add_lost(
                    f"{title}: {_STREAMS_TIMEOUT_SECONDS:.0f} s after {fault} {playing} play, "
                    f"{sorted(observed.streams())} are shown"
                )
                return False
            await asyncio.sleep(_CHECK_SECONDS)
        return True

    async def _wait_for_all_entities(self, observed: ObservedServer) -> None:
        """Wait until the websocket is connected and every entity is available."""
        title = observed.entry.title
        if unavailable := observed.unavailable_entities():
            print_status(f"{title} works, but is still without: {', '.join(unavailable)}")
        if not await _becomes_true(
            lambda: observed.has_push and not observed.unavailable_entities(),
            _ENTITIES_TIMEOUT_SECONDS,
        ):
            push = "on" if observed.has_push else "off"
            unavailable = observed.unavailable_entities()
            self._add_lost(f"{title}: push is {push}, unavailable: {unavailable}")

    async def _measure_idle(self) -> ResourceUsage:
        """Stop all activity and return the resource usage of the idle process."""
        for activity in self._activities:
            activity.suspend()
        for observed in self._observed:
            await observed.server.call("stop_streams")
            await observed.server.call("delete_new_films")
            await self._recovers(observed, "everything")
            await self._wait_for_all_entities(observed)
        await asyncio.sleep(_SETTLE_SECONDS)
        for server in self._servers:
            await server.count_requests()
        usage = await measure_resource_usage(self._hass)
        for activity in self._activities:
            activity.resume()
        return usage

    def _add_lost(self, description: str) -> None:
        print_status(description)
        self._report.lost.append(description)

    def _summarize(self) -> None:
        """Add the counts of servers and clients to the report."""
        report = self._report
        report.requests = sum(server.requests for server in self._servers)
        for observed in self._observed:
            report.record_server_outages(observed.outages.longest)
            report.record_entity_outages(observed.entity_outages.longest)
            for client in observed.clients:
                report.retries += client.statistics.retries
                report.failures.update(
                    {kind.value: count for kind, count in client.statistics.failures.items()}
                )


async def _reconnects(server: SimulatedServer) -> bool:
    """Return whether the client replaces a half-open connection in time."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + _HALF_OPEN_TIMEOUT_SECONDS
    while not await server.call("open_websockets"):
        if loop.time() >= deadline:
            return False
        await asyncio.sleep(_CHECK_SECONDS)
    return True


async def _playing(server: SimulatedServer) -> list[list[str | None]]:
    """Return the simulator's streams, sorted."""
    return sorted(await server.call("streams"))


async def _execute(server: SimulatedServer, command: Command) -> None:
    """Execute a command of a fault."""
    method, *arguments = command
    await server.call(str(method), *arguments)


async def _becomes_true(condition: Callable[[], bool], seconds: float) -> bool:
    """Return whether a condition becomes true in time."""
    try:
        async with asyncio.timeout(seconds):
            while not condition():  # noqa: ASYNC110 - the condition reads states without an event
                await asyncio.sleep(_CHECK_SECONDS)
    except TimeoutError:
        return False
    return True
