"""Followed users: a device for each with its playback state and image."""

from homeassistant.components.recorder.db_schema import MAX_STATE_ATTRS_BYTES
from homeassistant.const import CONF_TOKEN, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.posters import poster
from tests.simulator.users_and_players import BEDROOM, JUNIPER, KESTREL, LIVING_ROOM, OWNER, PHONE

from .conftest import TOKEN, Advance
from .followed_users import NOW_PLAYING, device_of, follow_users
from .helpers import SHARED_TOKEN, deliver_push, set_up, settle, state_of, state_value

MARLOW = NOW_PLAYING.format("marlow")
JUNIPERS = NOW_PLAYING.format("juniper")
PICTURE = "image.harbour_juniper_now_playing"


async def test_a_followed_user_has_a_device_below_the_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)

    device = device_of(device_registry, loaded_entry, JUNIPER)
    assert device is not None
    assert (device.name, device.model) == ("Harbour juniper", "User")
    assert device.entry_type is dr.DeviceEntryType.SERVICE
    server = device_registry.async_get_device_by_identifier(
        (DOMAIN, str(loaded_entry.unique_id)), loaded_entry.entry_id
    )
    assert server is not None
    assert device.via_device_id == server.id
    sensor = entity_registry.async_get(JUNIPERS)
    assert sensor is not None
    assert sensor.device_id == device.id
    assert sensor.unique_id == f"{loaded_entry.unique_id}_{JUNIPER.id}_now_playing"
    assert device_of(device_registry, loaded_entry, KESTREL) is None


async def test_an_unfollowed_user_loses_device_and_entities(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    before = set(entity_registry.entities)
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)

    await follow_users(hass, loaded_entry, KESTREL)
    assert device_of(device_registry, loaded_entry, JUNIPER) is None
    assert hass.states.get(JUNIPERS) is None
    assert hass.states.get(PICTURE) is None
    assert device_of(device_registry, loaded_entry, KESTREL) is not None

    await follow_users(hass, loaded_entry)
    assert device_of(device_registry, loaded_entry, KESTREL) is None
    assert set(entity_registry.entities) == before


async def test_the_stream_of_a_user_is_shown_until_it_stops(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    state = state_of(hass, JUNIPERS)
    assert state.state == "idle"
    assert state.attributes["streams"] == 0
    assert "title" not in state.attributes

    session = simulator.sessions.start(films[2], user=JUNIPER, player=PHONE)
    # A stream of another user is not shown.
    simulator.sessions.start(films[1], user=KESTREL, player=BEDROOM)
    await advance(10)
    state = state_of(hass, JUNIPERS)
    assert state.state == "The Copper Almanac"
    assert state.attributes["streams"] == 1
    assert state.attributes["user"] == "juniper"
    assert state.attributes["player"] == "Juniper's phone"
    assert state.attributes["state"] == "playing"
    assert state.attributes["method"] == "direct_play"

    simulator.sessions.stop(session)
    await advance(10)
    assert state_value(hass, JUNIPERS) == "idle"


async def test_of_several_streams_the_newest_playing_one_is_shown(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
) -> None:
    await follow_users(hass, loaded_entry, OWNER)
    # Keys of one and two digits, which sort differently as text.
    for _ in range(8):
        simulator.sessions.stop(simulator.sessions.start(films[0]))
    sessions = [
        simulator.sessions.start(film, player=player)
        for film, player in zip(films, (LIVING_ROOM, BEDROOM, PHONE), strict=False)
    ]
    assert [session.session_key for session in sessions] == ["9", "10", "11"]
    await advance(10)
    assert state_value(hass, MARLOW) == films[2].title
    assert state_of(hass, MARLOW).attributes["streams"] == 3

    simulator.sessions.pause(sessions[2])
    await advance(10)
    assert state_value(hass, MARLOW) == films[1].title

    simulator.sessions.buffer(sessions[1])
    await advance(10)
    assert state_value(hass, MARLOW) == films[1].title

    for session in sessions:
        simulator.sessions.pause(session)
    await advance(10)
    assert state_value(hass, MARLOW) == films[2].title
    assert state_of(hass, MARLOW).attributes["state"] == "paused"


async def test_a_stream_without_a_user_is_shown_for_no_user(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    simulator.faults.add(
        "/status/sessions",
        Fault.wrong_json({"MediaContainer": {"Metadata": [{"sessionKey": "1", "title": "?"}]}}),
    )
    await advance(10)
    assert state_value(hass, "sensor.harbour_active_streams") == "1"
    assert state_value(hass, JUNIPERS) == "idle"


@pytest.mark.parametrize(
    ("title", "shown"), [("T" * 300, "T" * 255), (None, STATE_UNKNOWN)], ids=["too long", "none"]
)
async def test_a_long_title_is_truncated_and_a_missing_one_is_unknown(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    title: str | None,
    shown: str,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    stream = {"sessionKey": "1", "title": title, "User": {"id": str(JUNIPER.id)}}
    answer = Fault.wrong_json({"MediaContainer": {"Metadata": [stream]}})
    simulator.faults.add("/status/sessions", answer)
    await advance(10)
    assert state_value(hass, JUNIPERS) == shown

    await advance(10)
    assert state_value(hass, JUNIPERS) == "idle"


async def test_attributes_stay_below_the_limit_of_the_recorder(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    long = "\N{OCTOPUS}" * 10_000
    stream = {
        "sessionKey": "1",
        "type": "track",
        "title": long,
        "parentTitle": long,
        "grandparentTitle": long,
        "User": {"id": str(JUNIPER.id), "title": long},
        "Player": {"title": long, "product": long},
    }
    answer = Fault.wrong_json({"MediaContainer": {"Metadata": [stream]}})
    simulator.faults.add("/status/sessions", answer)
    await advance(10)
    attributes = state_of(hass, JUNIPERS).attributes
    assert attributes["title"] == attributes["album"] == attributes["player"] == long[:255]
    assert len(json_bytes(dict(attributes))) < MAX_STATE_ATTRS_BYTES


async def test_session_keys_of_unusual_length_or_form_are_sorted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    streams = [
        {"sessionKey": key, "title": title, "User": {"id": str(JUNIPER.id)}}
        for key, title in (("2", "Before"), ("1" * 5_000, "Now"), ("odd", "Whenever"))
    ]
    answer = Fault.wrong_json({"MediaContainer": {"Metadata": streams}})
    simulator.faults.add("/status/sessions", answer)
    await advance(10)
    assert state_value(hass, JUNIPERS) == "Now"


async def test_the_sensor_of_a_user_is_unavailable_during_an_outage(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    await simulator.stop()
    await advance(10)
    assert state_value(hass, JUNIPERS) == STATE_UNAVAILABLE

    await simulator.start()
    await advance(10)
    assert state_value(hass, JUNIPERS) == "idle"


async def test_the_image_is_the_poster_of_the_stream(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
    hass_client: ClientSessionGenerator,
    entity_registry: er.EntityRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    image = entity_registry.async_get(PICTURE)
    assert image is not None
    assert image.unique_id == f"{loaded_entry.unique_id}_{JUNIPER.id}_now_playing"
    assert state_value(hass, PICTURE) == STATE_UNKNOWN

    session = simulator.sessions.start(films[2], user=JUNIPER, player=PHONE)
    simulator.sessions.start(films[1], user=KESTREL, player=BEDROOM)
    simulator.clear_requests()
    await advance(10)
    assert dt_util.parse_datetime(state_value(hass, PICTURE)) == dt_util.utcnow()
    assert not any("photo" in request.path for request in simulator.requests)
    client = await hass_client()
    answer = await client.get(state_of(hass, PICTURE).attributes["entity_picture"])
    assert await answer.read() == poster(f"{films[2].rating_key}thumb", 600, 900)

    simulator.sessions.stop(session)
    await advance(10)
    assert state_value(hass, PICTURE) == STATE_UNKNOWN


async def test_a_stream_without_a_poster_has_no_image(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    user = {"id": str(JUNIPER.id)}
    film = {"title": "Film", "thumb": "/library/metadata/3/thumb/1", "User": user}
    program = {"title": "Broadcast", "User": user}
    for streams, title, has_picture in (
        ([film | {"sessionKey": "1"}, program | {"sessionKey": "2"}], "Broadcast", False),
        ([film | {"sessionKey": "1"}], "Film", True),
    ):
        answer = Fault.wrong_json({"MediaContainer": {"Metadata": streams}})
        simulator.faults.add("/status/sessions", answer)
        await advance(10)
        assert state_value(hass, JUNIPERS) == title
        assert (state_value(hass, PICTURE) != STATE_UNKNOWN) is has_picture


@pytest.mark.push
async def test_push_updates_the_sensor_of_a_user_with_one_read(
    hass: HomeAssistant,
    entry_with_push: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
) -> None:
    await follow_users(hass, entry_with_push, JUNIPER)
    await simulator.push.connection()
    await deliver_push(hass, simulator)
    await advance(10)
    simulator.clear_requests()

    session = simulator.sessions.start(films[0], user=JUNIPER, player=PHONE)
    await deliver_push(hass, simulator)
    assert state_value(hass, JUNIPERS) == films[0].title
    simulator.sessions.pause(session)
    await deliver_push(hass, simulator)
    assert state_of(hass, JUNIPERS).attributes["state"] == "paused"
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert state_value(hass, JUNIPERS) == "idle"
    assert simulator.count("/status/sessions") == 1


async def test_with_a_shared_token_the_entities_of_users_are_unavailable(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    simulator.add_shared_token(SHARED_TOKEN, [1])

    async def use(token: str) -> None:
        hass.config_entries.async_update_entry(
            loaded_entry, data={**loaded_entry.data, CONF_TOKEN: token}
        )
        await hass.config_entries.async_unload(loaded_entry.entry_id)
        await set_up(hass, loaded_entry)

    await use(SHARED_TOKEN)
    # The device is kept with its settings until the user is unfollowed.
    assert device_of(device_registry, loaded_entry, JUNIPER) is not None
    assert state_value(hass, JUNIPERS) == state_value(hass, PICTURE) == STATE_UNAVAILABLE

    await use(TOKEN)
    assert device_of(device_registry, loaded_entry, JUNIPER) is not None
    assert state_value(hass, JUNIPERS) == "idle"


async def test_following_users_costs_one_request_at_setup(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator
) -> None:
    async def reload_paths() -> list[str]:
        simulator.clear_requests()
        await hass.config_entries.async_reload(loaded_entry.entry_id)
        await settle(hass)
        return sorted(request.path for request in simulator.requests)

    before = await reload_paths()
    await follow_users(hass, loaded_entry, JUNIPER, KESTREL)
    assert await reload_paths() == sorted([*before, "/accounts"])


@pytest.mark.parametrize("is_playing", [False, True])
async def test_a_renamed_user_keeps_the_device_with_the_new_name(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    films: list[Item],
    advance: Advance,
    is_playing: bool,
) -> None:
    """The name is read once a day, and with each stream from an hour after the start on."""
    await follow_users(hass, loaded_entry, JUNIPER)
    before = device_of(device_registry, loaded_entry, JUNIPER)
    assert before is not None
    accounts = [{"id": 1, "name": "marlow"}, {"id": JUNIPER.id, "name": "juniper.berry"}]
    answer = Fault.wrong_json({"MediaContainer": {"size": 2, "Account": accounts}})
    simulator.faults.add("/accounts", answer, times=None)
    user = {"id": str(JUNIPER.id), "title": "juniper.berry"}
    stream = {"sessionKey": "1", "title": "x", "User": user}
    if is_playing:
        await advance(3600)
        simulator.faults.add(
            "/status/sessions", Fault.wrong_json({"MediaContainer": {"Metadata": [stream]}})
        )
        await advance(10)
    else:
        for _ in range(24):
            await advance(3600)
    after = device_of(device_registry, loaded_entry, JUNIPER)
    assert after is not None
    assert (after.id, after.name) == (before.id, "Harbour juniper.berry")
    assert state_value(hass, JUNIPERS) is not None

    simulator.clear_requests()
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    after = device_of(device_registry, loaded_entry, JUNIPER)
    assert after is not None
    assert after.name == "Harbour juniper.berry"
    assert simulator.count("/accounts") == 1


@pytest.mark.parametrize("status", [401, 403, 500])
async def test_an_error_during_a_reload_removes_no_device(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    device_registry: dr.DeviceRegistry,
    status: int,
) -> None:
    await follow_users(hass, loaded_entry, JUNIPER)
    before = {device.id for device in device_registry.devices}
    providers = {
        "MediaContainer": {
            "machineIdentifier": str(loaded_entry.unique_id),
            "friendlyName": "Harbour",
            "version": "1.43.4",
            "MediaProvider": [],
        }
    }
    simulator.faults.add("/media/providers", Fault.wrong_json(providers))
    simulator.faults.add("/library/sections", Fault.status(status), times=4)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    assert {device.id for device in device_registry.devices} == before

    simulator.faults.clear()
    simulator.faults.add("/media/providers", Fault.wrong_json(providers), times=None)
    sections = Fault.wrong_json({"MediaContainer": {"size": 0}})
    simulator.faults.add("/library/sections", sections, times=None)
    await hass.config_entries.async_reload(loaded_entry.entry_id)
    await settle(hass)
    remaining = {device.name for device in device_registry.devices}
    assert remaining == {"Harbour", "Harbour juniper"}
