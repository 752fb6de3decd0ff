"""Remote access, without the account data in the same response."""

import pytest

from custom_components.plex_pulse.api import PlexErrorKind, PlexServerClient
from tests.leak_detector import LeakDetector
from tests.secrets import EMAIL, TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import failure

PRIVATE = {"username": EMAIL, "authToken": "canary-account-token", "publicAddress": "203.0.113.99"}


async def test_remote_access_is_reachable_or_not(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The value matches the server's own settings page."""
    assert (await client.get_remote_access()).is_reachable is True
    simulator.reachable(False)
    assert (await client.get_remote_access()).is_reachable is False


@pytest.mark.parametrize(
    ("account", "is_reachable"),
    [
        ({"mappingState": "mapped", "mappingError": ""}, True),
        ({"mappingState": "mapped", "mappingError": "unreachable"}, False),
        ({"mappingState": "mapped", "mappingError": "publisherror"}, False),
        ({"mappingState": "waiting"}, None),
        ({"mappingState": "unknown"}, False),
        ({"mappingState": "failed"}, False),
        ({"signInState": "none"}, None),
    ],
)
async def test_each_mapping_state_maps_to_reachable_unreachable_or_unknown(
    simulator: PlexSimulator,
    client: PlexServerClient,
    account: dict[str, str],
    is_reachable: bool | None,
) -> None:
    """The state is unknown while the server still tests the mapping."""
    simulator.faults.add("/myplex/account", Fault.wrong_json({"MyPlex": account}))
    assert (await client.get_remote_access()).is_reachable is is_reachable


async def test_remote_access_keeps_no_account_data(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    """Neither the value nor the log contains any."""
    account = {"mappingState": "mapped"} | PRIVATE
    simulator.faults.add("/myplex/account", Fault.wrong_json({"MyPlex": account}))
    access = await client.get_remote_access()
    for secret in PRIVATE.values():
        assert secret not in repr(access)
        assert not any(secret in line for line in leak_detector.lines)


async def test_unreadable_account_response_is_not_logged(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    """An old server may answer XML: the error is reported without the content."""
    attributes = " ".join(f'{name}="{value}"' for name, value in PRIVATE.items())
    bodies = (f"<MyPlex {attributes}/>".encode(), str({"MyPlex": PRIVATE}).encode())
    for body in bodies:
        simulator.faults.add("/myplex/account", Fault.wrong_json(body))
        error = await failure(client.get_remote_access())
        assert error.kind is PlexErrorKind.PROTOCOL
        for secret in (*PRIVATE.values(), TOKEN):
            assert secret not in str(error)
            assert not any(secret in line for line in leak_detector.lines)
    assert (await client.get_remote_access()).is_reachable
