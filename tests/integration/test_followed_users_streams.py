"""The sensor and the image of a followed user show the user's stream."""

from homeassistant.components.recorder.db_schema import MAX_STATE_ATTRS_BYTES
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.json import json_bytes
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.entity_ids import USER_NOW_PLAYING
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.posters import poster
from tests.simulator.users_and_players import BEDROOM, JUNIPER, KESTREL, LIVING_ROOM, OWNER, PHONE

from .conftest import Advance
from .followed_users import JUNIPERS, PICTURE, follow_users
from .helpers import deliver_push, state_of, state_value

MARLOW = USER_NOW_PLAYING.format("marlow")


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
