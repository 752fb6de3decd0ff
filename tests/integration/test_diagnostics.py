"""Diagnostics have no secrets, names or addresses."""

import json
from typing import Any

from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator
from syrupy.assertion import SnapshotAssertion

from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, PHONE, USERS

from .conftest import TOKEN, Advance
from .followed_users import follow_users
from .helpers import diagnostics_of, set_up, update_entities


def _play(simulator: PlexSimulator) -> None:
    film, other_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    simulator.sessions.start(film)
    simulator.sessions.start(
        other_film, user=JUNIPER, player=PHONE, method="transcode", state="paused"
    )
    simulator.sessions.start_live_tv(user=None)


def _secrets(simulator: PlexSimulator) -> set[str]:
    """Return everything that diagnostics must not contain."""
    titles = {item.title for item in simulator.library.items.values()}
    sections = simulator.library.sections.values()
    sessions = simulator.sessions.current()
    return {
        TOKEN,
        "canary",
        "127.0.0.1",
        str(simulator.port),
        "Harbour",
        "marlow",
        simulator.state.machine_identifier,
        "The Evening Tide Tables",
        *(title for title in titles if " " in title),
        *(section.title for section in sections),
        *(section.uuid for section in sections),
        *(user.name for user in USERS),
        *(str(user.id) for user in USERS if user.id > 1),
        *(session.player.title for session in sessions),
        *(session.player.address for session in sessions),
        *(session.player.machine_identifier for session in sessions),
    }


def _leaks(diagnostics: dict[str, Any], secrets: set[str]) -> list[str]:
    text = json.dumps(diagnostics)
    return [secret for secret in secrets if secret in text]


async def test_diagnostics_of_a_running_server_leak_no_secrets(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
    snapshot: SnapshotAssertion,
) -> None:
    _play(simulator)
    await advance(10)
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics == snapshot
    assert not _leaks(diagnostics, _secrets(simulator))


async def test_diagnostics_have_no_names_of_followed_users(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    hass_client: ClientSessionGenerator,
) -> None:
    await follow_users(hass, loaded_entry, *USERS)
    assert set(loaded_entry.options["followed_users"].values()) == {user.name for user in USERS}
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics["retry_policy"]
    assert not _leaks(diagnostics, _secrets(simulator))


async def test_diagnostics_of_an_outage_leak_no_server_message(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
) -> None:
    body = f"<h1>{TOKEN} of marlow@example.com at {simulator.url} was refused</h1>".encode()
    simulator.faults.add("*", Fault.status(500, body=body), times=None)
    await advance(10)
    await update_entities(hass, "sensor.harbour_movies_movies")
    diagnostics = await diagnostics_of(hass, hass_client, loaded_entry)
    assert diagnostics["health"] == {"connected": False, "status": "server"}
    polls = diagnostics["polls"]
    assert not polls["libraries"]["last_update_success"]
    assert polls["libraries"]["interval"] == 60
    assert polls["sessions"]["last_failure"]["endpoint"] == "GET /status/sessions"
    assert not _leaks(diagnostics, {TOKEN, "canary", "marlow@example.com", "127.0.0.1", "Harbour"})


async def test_diagnostics_of_a_failed_setup_have_the_reason(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    hass_client: ClientSessionGenerator,
    snapshot: SnapshotAssertion,
) -> None:
    await simulator.stop()
    await set_up(hass, entry)
    diagnostics = await diagnostics_of(hass, hass_client, entry)
    assert diagnostics == snapshot
    assert not _leaks(diagnostics, _secrets(simulator))

    await simulator.start()
    await advance(6)
    diagnostics = await diagnostics_of(hass, hass_client, entry)
    assert diagnostics["health"] == {"connected": True, "status": "ok"}


async def test_the_leak_check_finds_secrets(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    entry = {**loaded_entry.data, "title": loaded_entry.title, "id": loaded_entry.unique_id}
    assert entry[CONF_TOKEN] == TOKEN
    assert len(_leaks(entry, _secrets(simulator))) >= 5
