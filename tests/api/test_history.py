"""The play history: paging, filters and deleted items."""

from datetime import UTC, datetime

from custom_components.plex_pulse.api import HistoryEntry, PlexErrorKind, PlexServerClient
from tests.clocks import ManualClock
from tests.simulator import Fault, Kind, PlexSimulator
from tests.simulator.users_and_players import JUNIPER

from .helpers import MakeClient, failure

HOUR = 3600


def watched_times(entries: tuple[HistoryEntry, ...]) -> list[datetime]:
    """Return the times at which the entries were watched."""
    return [entry.viewed_at for entry in entries if entry.viewed_at is not None]


async def test_history_pages_are_sorted_newest_first_without_duplicates(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    expected = sorted((view.viewed_at for view in simulator.sessions.history), reverse=True)
    entries: list[HistoryEntry] = []
    while len(entries) < len(expected):
        page = await client.get_history(start=len(entries), size=8)
        assert page.total == len(expected)
        assert 0 < len(page.entries) <= 8
        entries += page.entries
    assert watched_times(tuple(entries)) == [datetime.fromtimestamp(it, UTC) for it in expected]


async def test_history_entry_has_item_and_account_id(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """The account id is the one of sessions and accounts."""
    clock.advance(60)
    episode = simulator.library.of_kind(Kind.EPISODE)[0]
    session = simulator.sessions.start(episode, user=JUNIPER)
    simulator.sessions.stop(session)
    (entry,) = (await client.get_history(start=0, size=1)).entries
    assert (entry.item.rating_key, entry.item.title) == (str(episode.rating_key), "Chapter 1")
    assert (entry.item.grandparent_title, entry.item.library_key) == ("Tidewrack Bay", "2")
    assert entry.viewed_at == datetime.fromtimestamp(int(clock.time()), UTC)
    assert entry.account_id == str(JUNIPER.id)
    assert entry.account_id in {it.account_id for it in await client.get_accounts()}


async def test_history_entry_of_a_deleted_item_has_only_its_title(client: PlexServerClient) -> None:
    page = await client.get_history(start=0, size=500)
    oldest = page.entries[-1]
    assert (oldest.item.title, oldest.item.rating_key) == ("The Lost Reel", None)
    assert oldest.item.poster is None


async def test_history_filters_by_account_and_library(
    client: PlexServerClient,
) -> None:
    whole = await client.get_history(start=0, size=500)
    page = await client.get_history(start=0, size=500, account_id="1", library_key="2")
    expected = [
        entry
        for entry in whole.entries
        if entry.account_id == "1" and entry.item.library_key == "2"
    ]
    assert list(page.entries) == expected
    assert page.total == len(expected) > 0


async def test_history_since_includes_the_given_time(
    client: PlexServerClient, clock: ManualClock
) -> None:
    whole = await client.get_history(start=0, size=500)
    since = watched_times(whole.entries)[4]
    page = await client.get_history(start=0, size=500, since=int(since.timestamp()))
    assert page.entries == whole.entries[:5]
    assert page.total == 5


async def test_history_since_is_applied_when_the_server_ignores_it(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Such a server returns its whole history, newest first."""
    rows = [{"title": f"Reel {number}", "viewedAt": 1_000 - number} for number in range(6)]
    whole = {"MediaContainer": {"size": 6, "totalSize": 60, "Metadata": rows}}
    simulator.faults.add("/status/sessions/history/all", Fault.wrong_json(whole))
    page = await client.get_history(start=10, size=6, since=998)
    assert [entry.item.title for entry in page.entries] == ["Reel 0", "Reel 1", "Reel 2"]
    assert page.total == 13


async def test_history_is_limited_to_one_page_when_paging_is_ignored(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Years of history are too much for the response of an action. Numbers may be strings."""
    rows = [{"title": f"Reel {it}", "viewedAt": "1000", "accountID": "1"} for it in range(40)]
    whole = {"MediaContainer": {"size": "40", "Metadata": rows}}
    simulator.faults.add("/status/sessions/history/all", Fault.wrong_json(whole))
    page = await client.get_history(start=10, size=2)
    assert [entry.item.title for entry in page.entries] == ["Reel 10", "Reel 11"]
    assert page.total == 40
    assert page.entries[0].viewed_at == datetime.fromtimestamp(1_000, UTC)


async def test_history_without_a_total_is_a_protocol_error(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """No result is better than a wrong one."""
    simulator.faults.add("/status/sessions/history/all", Fault.wrong_json({"MediaContainer": {}}))
    error = await failure(client.get_history(start=0, size=5))
    assert error.kind is PlexErrorKind.PROTOCOL
    assert (await client.get_history(start=0, size=5)).entries


async def test_history_of_a_shared_token_has_only_shared_libraries(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    simulator.add_shared_token("friend-token", sections=[2])
    page = await make_client(token="friend-token").get_history(start=0, size=500)
    assert {entry.item.library_key for entry in page.entries} == {"2"}
