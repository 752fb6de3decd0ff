"""What only an owner may do: accounts, scans, trash, streams, figures."""

from collections.abc import Awaitable, Callable

import pytest

from custom_components.plex_pulse.api import PlexErrorKind, PlexServerClient
from tests.clock import ManualClock
from tests.simulator import Fault, Kind, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, USERS

from .conftest import MakeClient, failure
from .log_watch import LogWatch

KIND = PlexErrorKind

type Call = Callable[[PlexServerClient], Awaitable[object]]

OWNERS_CALLS: tuple[Call, ...] = (
    lambda client: client.get_accounts(),
    lambda client: client.get_remote_access(),
    lambda client: client.get_resources(),
    lambda client: client.get_update(),
    lambda client: client.scan_library("2"),
    lambda client: client.scan_libraries(),
    lambda client: client.empty_trash("2"),
    lambda client: client.terminate("any", "Bedtime"),
    lambda client: client.check_for_update(),
    lambda client: client.install_update(),
)


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("call", OWNERS_CALLS)
async def test_a_shared_token_is_refused(
    simulator: PlexSimulator, make_client: MakeClient, call: Call, status: int
) -> None:
    """With 401 by older servers; the libraries stay open to it."""
    simulator.state.admin_refusal = 401 if status == 401 else 403
    simulator.add_shared_token("friend-token", sections=[2])
    friend = make_client(token="friend-token")
    error = await failure(call(friend))
    assert (error.kind, error.status, error.attempts) == (KIND.AUTHENTICATION, status, 1)
    assert len(await friend.get_libraries()) == 1


async def test_accounts_are_the_people_who_may_use_the_server(client: PlexServerClient) -> None:
    """Number 0 is nobody; the owner is number 1."""
    accounts = await client.get_accounts()
    assert [(it.account_id, it.name) for it in accounts] == [(str(it.id), it.name) for it in USERS]
    assert accounts[0].account_id == "1"


async def test_accounts_are_known_by_the_numbers_that_sessions_have(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Followed users are found so."""
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], user=JUNIPER)
    (session,) = await client.get_sessions()
    assert session.user is not None
    assert session.user.id in {account.account_id for account in await client.get_accounts()}


async def test_a_library_is_scanned_on_demand(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    """It says so for as long as it takes."""
    await client.scan_library("2")
    assert [it.key for it in await client.get_libraries() if it.is_scanning] == ["2"]
    clock.advance(60)
    libraries = {it.key: it for it in await client.get_libraries()}
    assert not any(it.is_scanning for it in libraries.values())
    scanned_at = libraries["2"].scanned_at
    assert scanned_at is not None
    assert scanned_at.timestamp() == int(clock.time())


async def test_all_libraries_are_scanned_in_one_request(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """However many there are."""
    await client.scan_libraries()
    assert len(simulator.requests) == 1
    assert all(it.is_scanning for it in await client.get_libraries())


async def test_a_scan_is_asked_for_again_when_no_answer_came(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A scan that is under way already does no harm."""
    simulator.faults.add("/library/sections/2/refresh", Fault.disconnect())
    await client.scan_library("2")
    assert simulator.count("/library/sections/2/refresh") == 2


async def test_a_library_that_is_gone_can_be_neither_scanned_nor_tidied(
    client: PlexServerClient,
) -> None:
    """The caller may have an old list."""
    for call in (client.scan_library, client.empty_trash):
        error = await failure(call("99"))
        assert (error.kind, error.status) == (KIND.CLIENT, 404)
    await client.scan_library("1")


async def test_the_trash_of_one_library_is_emptied(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """What stands in others is left alone."""
    films = simulator.library.of_kind(Kind.MOVIE, simulator.library.sections[1])
    videos = simulator.library.of_kind(Kind.MOVIE, simulator.library.section_titled("Home Videos"))
    films[0].is_lost = videos[0].is_lost = True
    await client.empty_trash("1")
    assert films[0].rating_key not in simulator.library.items
    assert films[1].rating_key in simulator.library.items
    assert videos[0].rating_key in simulator.library.items


async def test_a_trash_is_emptied_once_even_when_no_answer_comes(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """What is deleted is deleted for good: nobody repeats that unasked."""
    path = "/library/sections/1/emptyTrash"
    simulator.faults.add(path, Fault.disconnect())
    error = await failure(client.empty_trash("1"))
    assert (error.kind, error.attempts) == (KIND.NETWORK, 1)
    assert simulator.count(path) == 1
    await client.empty_trash("1")


@pytest.mark.parametrize("session_typing", ["modern", "strings"])
async def test_a_stream_is_stopped_with_words_for_its_viewer(
    simulator: PlexSimulator, client: PlexServerClient, log_watch: LogWatch
) -> None:
    """The words are nobody else's business."""
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    (session,) = await client.get_sessions()
    assert session.session_id is not None
    await client.terminate(session.session_id, "Bedtime, & sweet dreams?")
    assert await client.get_sessions() == ()
    terminated = next(it for it in simulator.requests if it.path.endswith("/terminate"))
    assert terminated.query["reason"] == "Bedtime, & sweet dreams?"
    assert not any("Bedtime" in line for line in log_watch.lines)


async def test_a_stream_that_has_ended_cannot_be_stopped(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Others play on."""
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    error = await failure(client.terminate("some-other-session", "Bedtime"))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    assert len(await client.get_sessions()) == 1


async def test_without_plex_pass_no_stream_is_stopped_and_the_token_is_still_good(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The server says 401, as if the token were wrong."""
    simulator.state.plex_pass = False
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    (session,) = await client.get_sessions()
    error = await failure(client.terminate(session.session_id or "", "Bedtime"))
    assert (error.kind, error.status) == (KIND.AUTHENTICATION, 401)
    assert len(await client.get_sessions()) == 1


async def test_the_newest_sample_tells_what_the_server_uses(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """In percent, zero included; the order of the samples does not matter."""
    samples = [
        {"at": at, "hostCpuUtilization": cpu, "processCpuUtilization": "0.000"}
        for at, cpu in ((1_005, 12.5), (1_010, 3.25), (1_000, 99.0))
    ]
    container = {"MediaContainer": {"size": 3, "StatisticsResources": samples}}
    simulator.faults.add("/statistics/resources", Fault.wrong_json(container))
    resources = await client.get_resources()
    assert (resources.host_cpu, resources.process_cpu) == (3.25, 0)
    assert (resources.host_memory, resources.process_memory) == (None, None)


async def test_what_the_server_uses_grows_with_what_it_converts(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Host and process, CPU and memory."""
    idle = await client.get_resources()
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], method="transcode")
    busy = await client.get_resources()
    assert (busy.process_cpu or 0) > (idle.process_cpu or 0) > 0
    assert (busy.process_memory or 0) > (idle.process_memory or 0) > 0
    assert (busy.host_cpu or 0) > (busy.process_cpu or 0)
    assert 0 < (busy.host_memory or 0) < 100
    assert simulator.requests[-1].query["timespan"] == "6"


async def test_a_server_without_samples_yet_uses_nobody_knows_what(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Unknown is not zero."""
    simulator.faults.add("/statistics/resources", Fault.wrong_json({"MediaContainer": {"size": 0}}))
    resources = await client.get_resources()
    assert (resources.host_cpu, resources.process_memory) == (None, None)


async def test_without_plex_pass_there_are_no_figures(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A feature that is off, and on again some day."""
    simulator.state.plex_pass = False
    error = await failure(client.get_resources())
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    simulator.state.plex_pass = True
    assert (await client.get_resources()).host_cpu is not None
