"""The live feed has the status of each server, and what may be done with it."""

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import Advance
from tests.simulator import Fault, Item, PlexSimulator

from ..helpers import set_up, settle, use_shared_token
from .browser import Browse, Browser

INTERVAL = 10


async def test_unavailable_server_loses_its_streams_and_gets_them_back(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
) -> None:
    simulator.sessions.start(film)
    await advance(INTERVAL)
    await browser.subscribe()
    port = simulator.port
    await simulator.stop()
    await advance(INTERVAL)
    await browser.events()
    server = browser.servers[loaded_entry.entry_id]
    assert (server["status"], server["error"]) == ("unavailable", "cannot_connect")
    assert server["streams"] == []
    assert server["since"] >= server["last_seen"] > 0
    assert server["next_try"] > server["since"]
    assert server["entity_id"] == "sensor.harbour_active_streams"
    assert server["may_retry"] is True

    await simulator.start(port=port)
    simulator.sessions.start(film)
    await advance(INTERVAL)
    await advance(INTERVAL)
    await browser.events()
    server = browser.servers[loaded_entry.entry_id]
    assert (server["status"], server["since"]) == ("ok", None)
    assert [stream["title"] for stream in server["streams"]] == [film.title]


async def test_refused_token_has_the_status_sign_in(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    await browser.subscribe()
    simulator.revoke(loaded_entry.data["token"])
    for _ in range(12):
        await advance(INTERVAL)
        await browser.events()
    assert browser.servers[loaded_entry.entry_id]["status"] == "sign_in"


async def test_shared_user_s_token_may_not_read_streams(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    browse: Browse,
) -> None:
    use_shared_token(hass, entry, simulator)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    browser = await browse()
    await browser.subscribe()
    server = browser.servers[entry.entry_id]
    assert (server["status"], server["terminate"]) == ("no_permission", "not_owner")
    assert server["streams"] == []


async def test_subscription_survives_reload_removal_and_addition(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
) -> None:
    simulator.sessions.start(film)
    await advance(INTERVAL)
    await browser.subscribe()
    started_at = browser.streams(loaded_entry.entry_id)["1"]["started_at"]
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await browser.events()
    assert browser.servers[loaded_entry.entry_id]["status"] == "ok"
    assert browser.streams(loaded_entry.entry_id)["1"]["started_at"] == started_at

    await hass.config_entries.async_set_disabled_by(loaded_entry.entry_id, ConfigEntryDisabler.USER)
    await settle(hass)
    await browser.events()
    assert browser.servers == {}

    await hass.config_entries.async_set_disabled_by(loaded_entry.entry_id, None)
    await settle(hass)
    await browser.events()
    assert list(browser.servers) == [loaded_entry.entry_id]

    data, unique_id = loaded_entry.data, loaded_entry.unique_id
    await hass.config_entries.async_remove(loaded_entry.entry_id)
    await settle(hass)
    await browser.events()
    assert browser.servers == {}

    again = MockConfigEntry(
        domain=loaded_entry.domain, title="Harbour", unique_id=unique_id, data=data
    )
    again.add_to_hass(hass)
    await set_up(hass, again)
    await browser.events()
    assert browser.servers[again.entry_id]["status"] == "ok"


async def test_server_that_cannot_be_set_up_is_unavailable_with_the_cause(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
) -> None:
    await browser.subscribe()
    simulator.starting(on=True)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    await browser.events()
    server = browser.servers[entry.entry_id]
    assert (server["status"], server["error"]) == ("unavailable", "server_starting")
    assert server["entity_id"] is None
    assert server["may_retry"] is False


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault.reset(), "cannot_connect"),
        (Fault.status(429, {"Retry-After": "300"}), "rate_limited"),
        (Fault.status(429), "rate_limited"),
        (Fault.status(429, body=b""), "rate_limited"),
        (Fault.status(500), "server_error"),
    ],
    ids=["reset", "429", "429 without Retry-After", "429 without a message", "500"],
)
async def test_cause_of_a_failed_set_up_is_that_of_an_outage(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
    fault: Fault,
    error: str,
) -> None:
    await browser.subscribe()
    simulator.faults.add("*", fault, times=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await settle(hass)
    await browser.events()
    server = browser.servers[entry.entry_id]
    assert (server["status"], server["error"]) == ("unavailable", error)
    simulator.faults.clear()


async def test_streams_of_a_server_without_plex_pass_cannot_be_stopped(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browse: Browse,
) -> None:
    simulator.state.plex_pass = False
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    browser = await browse()
    await browser.subscribe()
    assert browser.servers[loaded_entry.entry_id]["terminate"] == "plex_pass_missing"


async def test_open_sign_in_of_an_entry_that_is_not_loaded_has_the_status_sign_in(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    browser: Browser,
) -> None:
    simulator.starting(on=True)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await loaded_entry.start_reauth_flow(hass)
    await browser.subscribe()
    assert loaded_entry.state is ConfigEntryState.SETUP_RETRY
    server = browser.servers[loaded_entry.entry_id]
    assert (server["status"], server["error"]) == ("sign_in", None)


async def test_retry_of_a_failed_set_up_does_not_change_the_status(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    await browser.subscribe()
    simulator.starting(on=True)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    await browser.events()
    before = dict(browser.servers[loaded_entry.entry_id])
    assert before["status"] == "unavailable"
    simulator.requests.clear()
    await advance(INTERVAL)
    assert simulator.requests
    assert loaded_entry.state is ConfigEntryState.SETUP_RETRY
    changes = [event["changes"][loaded_entry.entry_id] for event in await browser.events()]
    assert not any({"status", "error"} & change.get("set", {}).keys() for change in changes)

    simulator.starting(on=False)
    await advance(30)
    await browser.events()
    assert browser.servers[loaded_entry.entry_id]["status"] == "ok"


async def test_server_without_an_enabled_entity_that_reads_it_cannot_be_retried(
    hass: HomeAssistant,
    entity_registry: er.EntityRegistry,
    loaded_entry: MockConfigEntry,
    browser: Browser,
) -> None:
    for key in ("active_streams", "last_added", "connected"):
        platform = "binary_sensor" if key == "connected" else "sensor"
        unique_id = f"{loaded_entry.unique_id}_{key}"
        entity_id = entity_registry.async_get_entity_id(platform, "plex_pulse", unique_id)
        assert entity_id is not None
        entity_registry.async_update_entity(entity_id, disabled_by=er.RegistryEntryDisabler.USER)
    await settle(hass)
    await browser.subscribe()
    server = browser.servers[loaded_entry.entry_id]
    assert (server["status"], server["entity_id"], server["may_retry"]) == ("ok", None, False)
