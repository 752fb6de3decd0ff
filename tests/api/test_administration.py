"""Calls for owners only: accounts, scans, trash, terminating streams, resources."""

from collections.abc import Awaitable, Callable

import pytest

from custom_components.plex_pulse.api import PlexErrorKind, PlexServerClient
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.simulator import Fault, Kind, PlexSimulator
from tests.simulator.users_and_players import JUNIPER, USERS

from .helpers import MakeClient, failure

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
async def test_admin_calls_fail_with_authentication_for_a_shared_token(
    simulator: PlexSimulator, make_client: MakeClient, call: Call, status: int
) -> None:
    """Older servers answer 401 and newer ones 403; the shared libraries stay readable."""
    simulator.state.admin_refusal = 401 if status == 401 else 403
    simulator.add_shared_token("friend-token", sections=[2])
    friend = make_client(token="friend-token")
    error = await failure(call(friend))
    assert (error.kind, error.status, error.attempts) == (KIND.AUTHENTICATION, status, 1)
    assert len(await friend.get_libraries()) == 1


async def test_get_accounts_returns_owner_and_shared_users(client: PlexServerClient) -> None:
    """Account 0 is a placeholder and left out; the owner has id 1."""
    accounts = await client.get_accounts()
    assert [(it.account_id, it.name) for it in accounts] == [(str(it.id), it.name) for it in USERS]
    assert accounts[0].account_id == "1"


async def test_account_ids_match_the_user_ids_of_sessions(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Followed users are found by this id."""
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], user=JUNIPER)
    (session,) = await client.get_sessions()
    assert session.user is not None
    assert session.user.id in {account.account_id for account in await client.get_accounts()}


async def test_scan_library_starts_a_scan_of_that_library(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    await client.scan_library("2")
    assert [it.key for it in await client.get_libraries() if it.is_scanning] == ["2"]
    clock.advance(60)
    libraries = {it.key: it for it in await client.get_libraries()}
    assert not any(it.is_scanning for it in libraries.values())
    scanned_at = libraries["2"].scanned_at
    assert scanned_at is not None
    assert scanned_at.timestamp() == int(clock.time())


async def test_scan_libraries_sends_one_request(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    await client.scan_libraries()
    assert len(simulator.requests) == 1
    assert all(it.is_scanning for it in await client.get_libraries())


async def test_scan_is_retried_after_a_network_error(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Starting a scan twice does no harm."""
    simulator.faults.add("/library/sections/2/refresh", Fault.disconnect())
    await client.scan_library("2")
    assert simulator.count("/library/sections/2/refresh") == 2


async def test_scan_and_empty_trash_of_a_removed_library_fail_with_404(
    client: PlexServerClient,
) -> None:
    """The caller may have an outdated list of libraries."""
    for call in (client.scan_library, client.empty_trash):
        error = await failure(call("99"))
        assert (error.kind, error.status) == (KIND.CLIENT, 404)
    await client.scan_library("1")


async def test_empty_trash_leaves_other_libraries_alone(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE, simulator.library.sections[1])
    videos = simulator.library.of_kind(Kind.MOVIE, simulator.library.section_titled("Home Videos"))
    films[0].is_lost = videos[0].is_lost = True
    await client.empty_trash("1")
    assert films[0].rating_key not in simulator.library.items
    assert films[1].rating_key in simulator.library.items
    assert videos[0].rating_key in simulator.library.items


async def test_empty_trash_is_not_retried(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The deletion is permanent, so the client never repeats it on its own."""
    path = "/library/sections/1/emptyTrash"
    simulator.faults.add(path, Fault.disconnect())
    error = await failure(client.empty_trash("1"))
    assert (error.kind, error.attempts) == (KIND.NETWORK, 1)
    assert simulator.count(path) == 1
    await client.empty_trash("1")


@pytest.mark.parametrize("session_typing", ["modern", "strings"])
async def test_terminate_sends_the_message_and_does_not_log_it(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    """The message is private to the viewer."""
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    (session,) = await client.get_sessions()
    assert session.session_id is not None
    await client.terminate(session.session_id, "Bedtime, & sweet dreams?")
    assert await client.get_sessions() == ()
    terminated = next(it for it in simulator.requests if it.path.endswith("/terminate"))
    assert terminated.query["reason"] == "Bedtime, & sweet dreams?"
    assert not any("Bedtime" in line for line in leak_detector.lines)


async def test_terminate_of_an_ended_session_fails_with_404(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    error = await failure(client.terminate("some-other-session", "Bedtime"))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    assert len(await client.get_sessions()) == 1


async def test_terminate_without_plex_pass_fails_and_the_token_stays_valid(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The server answers 401, as if the token were wrong."""
    simulator.state.plex_pass = False
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    (session,) = await client.get_sessions()
    error = await failure(client.terminate(session.session_id or "", "Bedtime"))
    assert (error.kind, error.status) == (KIND.AUTHENTICATION, 401)
    assert len(await client.get_sessions()) == 1


async def test_resources_come_from_the_newest_sample(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Values are percentages, zero included; the order of the samples does not matter."""
    samples = [
        {"at": at, "hostCpuUtilization": cpu, "processCpuUtilization": "0.000"}
        for at, cpu in ((1_005, 12.5), (1_010, 3.25), (1_000, 99.0))
    ]
    container = {"MediaContainer": {"size": 3, "StatisticsResources": samples}}
    simulator.faults.add("/statistics/resources", Fault.wrong_json(container))
    resources = await client.get_resources()
    assert (resources.host_cpu, resources.process_cpu) == (3.25, 0)
    assert (resources.host_memory, resources.process_memory) == (None, None)


async def test_resources_rise_during_a_transcode(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    idle = await client.get_resources()
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0], method="transcode")
    busy = await client.get_resources()
    assert (busy.process_cpu or 0) > (idle.process_cpu or 0) > 0
    assert (busy.process_memory or 0) > (idle.process_memory or 0) > 0
    assert (busy.host_cpu or 0) > (busy.process_cpu or 0)
    assert 0 < (busy.host_memory or 0) < 100
    assert simulator.requests[-1].query["timespan"] == "6"


async def test_resources_are_unknown_without_samples(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Unknown is not zero."""
    simulator.faults.add("/statistics/resources", Fault.wrong_json({"MediaContainer": {"size": 0}}))
    resources = await client.get_resources()
    assert (resources.host_cpu, resources.process_memory) == (None, None)


async def test_resources_without_plex_pass_fail_with_404(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.state.plex_pass = False
    error = await failure(client.get_resources())
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    simulator.state.plex_pass = True
    assert (await client.get_resources()).host_cpu is not None
