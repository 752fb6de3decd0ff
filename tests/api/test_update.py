"""The server's own update."""

import dataclasses
from datetime import UTC, datetime

from custom_components.plex_pulse.api import PlexErrorKind, PlexServerClient, ServerUpdate
from tests.clocks import ManualClock
from tests.leak_detector import LeakDetector
from tests.secrets import TOKEN
from tests.simulator import Fault, PlexSimulator

from .helpers import failure

KIND = PlexErrorKind
NEW = "1.44.0.11001-0a1b2c3d4"


async def test_current_server_has_no_update(client: PlexServerClient) -> None:
    update = await client.get_update()
    assert (update.available_version, update.state) == (None, None)
    assert (update.added, update.fixed) == (None, None)
    assert update.checked_at is not None


async def test_update_has_version_and_release_notes(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.state.new_version = NEW
    update = await client.get_update()
    assert (update.available_version, update.state) == (NEW, "available")
    assert not update.can_install
    assert update.added == "Quieter nights\nLonger evenings"
    assert update.fixed == "(Scanner) Lost its way in fog"


async def test_update_reads_flags_that_are_strings(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    release = {"version": NEW, "added": "", "fixed": "A leak\n\nA squeak", "state": "notify"}
    container = {"canInstall": "1", "checkedAt": "1000", "Release": [release]}
    simulator.faults.add("/updater/status", Fault.wrong_json({"MediaContainer": container}))
    update = await client.get_update()
    assert (update.added, update.fixed) == (None, "A leak\n\nA squeak")
    assert update.can_install
    assert update.checked_at == datetime.fromtimestamp(1_000, UTC)


async def test_update_does_not_keep_the_download_url(
    simulator: PlexSimulator, client: PlexServerClient, leak_detector: LeakDetector
) -> None:
    """The URL contains the owner's token."""
    address = f"https://plex.tv/downloads/latest/5?X-Plex-Token={TOKEN}"
    release = {"version": NEW, "downloadURL": address, "key": address}
    container = {"downloadURL": address, "Release": [release]}
    simulator.faults.add("/updater/status", Fault.wrong_json({"MediaContainer": container}))
    update = await client.get_update()
    assert update.available_version == NEW
    assert "plex.tv" not in str(dataclasses.asdict(update))
    assert not any("plex.tv" in line for line in leak_detector.lines)


async def test_check_for_update_downloads_nothing(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    simulator.state.new_version = NEW
    await client.check_for_update()
    update = await client.get_update()
    assert update.checked_at == datetime.fromtimestamp(int(clock.time()), UTC)
    assert update.state == "available"


async def test_install_update_downloads_and_then_installs(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.state.new_version = NEW
    simulator.state.can_install = True
    await client.check_for_update(download=True)
    assert (await client.get_update()).state == "downloaded"
    await client.install_update()
    assert (await client.get_server()).version == NEW
    assert (await client.get_update()).available_version is None


async def test_server_in_a_container_cannot_install_updates(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.state.new_version = NEW
    assert not (await client.get_update()).can_install
    error = await failure(client.install_update())
    assert (error.kind, error.status) == (KIND.CLIENT, 400)
    assert (await client.get_server()).version != NEW


async def test_failed_installation_is_not_retried(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A restart during another installation could break the server."""
    simulator.state.new_version = NEW
    simulator.state.can_install = True
    error = await failure(client.install_update())
    assert (error.kind, error.status, error.attempts) == (KIND.SERVER, 500, 1)
    assert simulator.count("/updater/apply") == 1
    await client.check_for_update(download=True)
    await client.install_update()
    assert (await client.get_server()).version == NEW


def test_updates_compare_by_value() -> None:
    """No state is written if nothing has changed."""
    fields = {"canInstall": True, "Release": {"version": NEW}}
    assert ServerUpdate.parse(fields) == ServerUpdate.parse(fields)
