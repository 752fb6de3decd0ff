"""The history continues when a reinstalled server is taken over."""

from collections import Counter
from collections.abc import Awaitable, Callable

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.history.setup import async_get_importer
from tests.clocks import FreezerClock
from tests.integration.config_flow_helpers import submit
from tests.integration.followed_users import follow_users
from tests.integration.reinstalled import (
    MACHINE_IDENTIFIER,
    offer_take_over,
    reinstalled_server,
)
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session import View
from tests.simulator.users_and_players import JUNIPER

from .conftest import ReadStatistics, imported, reload, set_up, total
from .helpers import rows_by_hour


async def _take_over(hass: HomeAssistant, entry: MockConfigEntry, server: PlexSimulator) -> None:
    """Take a server over, and wait until its history was imported."""
    result = await submit(hass, await offer_take_over(hass, entry, server))
    assert result["reason"] == "server_taken_over"
    await imported(hass)


def _uuid(server: PlexSimulator, title: str) -> str:
    """Return the uuid of a library as statistic ids have it."""
    return server.library.section_titled(title).uuid.replace("-", "")


async def test_statistics_continue_under_the_ids_of_the_new_server(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    await set_up(hass, entry)
    await follow_users(hass, entry, JUNIPER)
    await imported(hass)
    suffixes = {
        "plays": "plays",
        "plays_movie": "plays_movie",
        f"library_{_uuid(simulator, 'Movies')}_plays": "library_{}_plays",
        f"user_{JUNIPER.id}_plays": f"user_{JUNIPER.id}_plays",
    }
    prefix = plays.removesuffix("plays")
    before = {suffix: await read_statistics(f"{prefix}{suffix}") for suffix in suffixes}
    assert total(before["plays"]) == len(simulator.sessions.history)

    server = reinstalled_server(clock)
    film = server.library.of_kind(Kind.MOVIE, server.library.section_titled("Movies"))[0]
    new_play = View(
        title=film.title,
        item=film,
        section_key=film.section.key,
        account_id=JUNIPER.id,
        viewed_at=int(dt_util.utcnow().timestamp()) - 60,
    )
    server.sessions.history.append(new_play)
    async with server:
        await _take_over(hass, entry, server)
        movies = _uuid(server, "Movies")
        for suffix, new_suffix in suffixes.items():
            rows = await read_statistics(
                f"plex_pulse:{MACHINE_IDENTIFIER}_{new_suffix.format(movies)}"
            )
            known = before[suffix]
            assert total(rows) == total(known) + 1, suffix
            assert rows_by_hour(rows) == rows_by_hour(known) + Counter(
                {new_play.viewed_at // 3600: 1}
            )
            # The series of the old server stay as they are.
            assert await read_statistics(f"{prefix}{suffix}") == known
        kids = _uuid(simulator, "Kids Movies")
        assert await read_statistics(f"plex_pulse:{MACHINE_IDENTIFIER}_library_{kids}_plays") == []

        # Nothing is counted again after a restart.
        await reload(hass, entry)
        rows = await read_statistics(f"plex_pulse:{MACHINE_IDENTIFIER}_plays")
        assert total(rows) == total(before["plays"]) + 1


async def test_lengths_of_former_items_are_not_read_from_the_new_server(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    """Both servers number their items from 1."""
    simulator.state.plex_pass = False
    await set_up(hass, entry)
    bound = plays.replace("_plays", "_watch_time_upper_bound")
    before = await read_statistics(bound)
    assert before
    async with reinstalled_server(clock) as server:
        server.state.plex_pass = False
        server.clear_requests()
        await _take_over(hass, entry, server)
        new_bound = f"plex_pulse:{MACHINE_IDENTIFIER}_watch_time_upper_bound"
        assert await read_statistics(new_bound) == before
        importer = async_get_importer(hass, entry.entry_id)
        assert importer is not None
        assert importer.history.log.gone_count == len(importer.history.log)

        # A second reinstallation keeps the lengths of both.
        await _take_over_again(hass, entry, clock)
        third = "plex_pulse:" + "a" * 40 + "_watch_time_upper_bound"
        assert await read_statistics(third) == before


async def _take_over_again(
    hass: HomeAssistant, entry: MockConfigEntry, clock: FreezerClock
) -> None:
    """Take a third installation over."""
    third = reinstalled_server(clock)
    third.state.machine_identifier = "a" * 40
    third.state.plex_pass = False
    async with third:
        await _take_over(hass, entry, third)


async def test_plays_of_a_restored_database_are_not_counted_twice(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    clock: FreezerClock,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Callable[[], Awaitable[None]],
) -> None:
    await set_up(hass, entry)
    before = await read_statistics(plays)
    server = reinstalled_server(clock, keeps_database=True)
    server.sessions.history[:] = simulator.sessions.history
    async with server:
        await _take_over(hass, entry, server)
        assert await read_statistics(f"plex_pulse:{MACHINE_IDENTIFIER}_plays") == before
        importer = async_get_importer(hass, entry.entry_id)
        assert importer is not None
        assert importer.history.log.gone_count == 0
        await verify()
        assert await read_statistics(f"plex_pulse:{MACHINE_IDENTIFIER}_plays") == before
