"""The live feed: a snapshot, then only what has changed."""

from dataclasses import replace
from itertools import pairwise

from homeassistant.config_entries import ConfigEntryDisabler, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from syrupy.assertion import SnapshotAssertion

from tests.fixtures.home_assistant import Advance, RunFor
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER

from ..helpers import deliver_push, set_up, settle, use_shared_token
from .browser import Browse, Browser, user_token

INTERVAL = 10


async def test_snapshot_has_every_field_of_a_server_and_its_streams(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
    snapshot: SnapshotAssertion,
) -> None:
    simulator.sessions.start(film, user=JUNIPER, method="transcode", hardware=True, location="wan")
    await advance(INTERVAL)
    await browser.subscribe()
    server = browser.servers[loaded_entry.entry_id]
    for stream in server["streams"]:
        stream["image"] = bool(stream["image"])
    assert server | {"entry_id": "entry"} == snapshot


@pytest.mark.push
async def test_started_paused_and_stopped_streams_are_sent_at_once(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    browser: Browser,
) -> None:
    await browser.subscribe()
    # The last played item is read once.
    await settle(hass)
    await browser.events()
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    (added,) = event["changes"][entry_with_push.entry_id]["add"]
    assert (added["id"], added["title"], added["state"]) == ("1", film.title, "playing")

    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    change = event["changes"][entry_with_push.entry_id]["change"]["1"]
    assert change["state"] == "paused"
    assert change.keys() <= {"state", "state_since", "position", "position_updated_at"}

    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    changes = [event["changes"][entry_with_push.entry_id] for event in await browser.events()]
    assert changes[0]["remove"] == ["1"]
    assert browser.servers[entry_with_push.entry_id]["last_played"]["title"] == film.title
    assert browser.streams(entry_with_push.entry_id) == {}


@pytest.mark.push
async def test_reported_positions_are_sent_only_after_a_seek(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    browser: Browser,
) -> None:
    session = simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    await browser.subscribe()
    for _ in range(6):
        await run_for(10, step=10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
    assert await browser.events() == []

    simulator.sessions.seek(session, 600_000)
    await deliver_push(hass, simulator)
    (event,) = await browser.events()
    change = event["changes"][entry_with_push.entry_id]["change"]["1"]
    assert change == {"position": 600.0, "position_updated_at": pytest.approx(event["now"], abs=1)}


async def test_transcode_progress_is_batched_every_15_seconds(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
) -> None:
    films = simulator.library.of_kind(Kind.MOVIE)
    for film in films[:3]:
        simulator.sessions.start(film, method="transcode")
    await advance(INTERVAL)
    await browser.subscribe()
    sent_at: list[float] = []
    for _ in range(75):
        await advance(2)
        for event in await browser.events():
            (changes,) = event["changes"].values()
            assert changes.keys() == {"transcode"}
            assert changes["transcode"].keys() <= {"1", "2", "3"}
            sent_at.append(event["now"])
    gaps = [after - before for before, after in pairwise(sent_at)]
    assert len(gaps) >= 2
    # Timers may fire up to a second early here, because `advance` adds the jitter.
    assert min(gaps) >= 14


@pytest.mark.push
async def test_pushed_transcode_progress_needs_no_read(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    browser: Browser,
) -> None:
    simulator.sessions.start(film, method="transcode")
    await deliver_push(hass, simulator)
    await browser.subscribe()
    before = browser.streams(entry_with_push.entry_id)["1"]["buffer"]
    simulator.requests.clear()
    for _ in range(30):
        await run_for(10, step=10)
        simulator.sessions.tick()
        await deliver_push(hass, simulator)
        await browser.events()
    assert browser.streams(entry_with_push.entry_id)["1"]["buffer"] > before + 3
    assert not [request for request in simulator.requests if request.path == "/status/sessions"]


async def test_new_transcode_is_sent_with_its_buffer(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
) -> None:
    session = simulator.sessions.start(film)
    await advance(INTERVAL)
    await browser.subscribe()
    assert browser.streams(loaded_entry.entry_id)["1"]["buffer"] is None
    simulator.sessions.change_method(session, "transcode")
    await advance(INTERVAL)
    (event, *_) = await browser.events()
    change = event["changes"][loaded_entry.entry_id]["change"]["1"]
    assert change["method"] == "transcode"
    assert isinstance(change["buffer"], int)


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


async def test_requested_server_that_does_not_exist_is_not_found(
    loaded_entry: MockConfigEntry, browser: Browser
) -> None:
    await browser.subscribe(servers=["gone", loaded_entry.entry_id])
    assert browser.servers["gone"] == {"entry_id": "gone", "status": "not_found"}
    assert browser.servers[loaded_entry.entry_id]["status"] == "ok"


async def test_two_browsers_get_the_same_changes_until_they_unsubscribe(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
) -> None:
    first, second = await browse(), await browse()
    await first.subscribe()
    subscription = await second.subscribe()
    simulator.sessions.start(film)
    await advance(INTERVAL)
    assert await first.events() == await second.events() != []
    await second.call("unsubscribe_events", subscription=subscription)
    simulator.sessions.start_live_tv()
    await advance(INTERVAL)
    assert await second.events() == []
    assert len(await first.events()) == 1


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


async def test_last_played_comes_from_the_history_for_administrators(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browse: Browse,
) -> None:
    user = await browse(await user_token(hass, {"entities": {"all": True}}))
    await user.subscribe()
    await settle(hass)
    await user.events()
    assert user.servers[loaded_entry.entry_id]["last_played"] is None

    newest = max(simulator.sessions.history, key=lambda view: view.viewed_at)
    administrator = await browse()
    await administrator.subscribe()
    await settle(hass)
    await administrator.events()
    last_played = administrator.servers[loaded_entry.entry_id]["last_played"]
    assert last_played["at"] == newest.viewed_at
    assert last_played["user"] is not None

    session = simulator.sessions.start(film)
    await advance(INTERVAL)
    simulator.sessions.stop(session)
    await advance(INTERVAL)
    for browser in (user, administrator):
        await browser.events()
        assert browser.servers[loaded_entry.entry_id]["last_played"]["title"] == film.title


async def test_empty_history_has_nothing_that_was_played_last(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    simulator.sessions.history.clear()
    simulator.requests.clear()
    await browser.subscribe()
    await settle(hass)
    assert await browser.events() == []
    assert browser.servers[loaded_entry.entry_id]["last_played"] is None
    paths = [request.path for request in simulator.requests]
    assert "/status/sessions/history/all" in paths
    assert "/accounts" not in paths


async def test_last_played_of_an_unknown_account_has_no_user(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, browser: Browser
) -> None:
    newest = max(simulator.sessions.history, key=lambda view: view.viewed_at)
    deleted = replace(newest, account_id=999, viewed_at=newest.viewed_at + 1)
    simulator.sessions.history.append(deleted)
    await browser.subscribe()
    await settle(hass)
    await browser.events()
    last_played = browser.servers[loaded_entry.entry_id]["last_played"]
    assert (last_played["at"], last_played["user"]) == (deleted.viewed_at, None)


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
