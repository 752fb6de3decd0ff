"""The stream sensors: their values, and how rarely they are written."""

from typing import Any

from homeassistant.const import EVENT_STATE_CHANGED, EVENT_STATE_REPORTED
from homeassistant.core import Event, HomeAssistant, callback
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.users_and_players import BEDROOM, JUNIPER, PHONE

from .conftest import Advance
from .helpers import state_of, state_value

pytestmark = pytest.mark.smoke

KEYS = (
    "active_streams",
    "direct_plays",
    "direct_streams",
    "transcodes",
    "viewers",
    "bandwidth",
    "lan_bandwidth",
    "wan_bandwidth",
)


def _values(hass: HomeAssistant) -> dict[str, float]:
    return {name: float(state_value(hass, f"sensor.harbour_{name}")) for name in KEYS}


async def test_every_stream_counts_in_its_sensors(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    assert _values(hass) == dict.fromkeys(KEYS, 0)
    film, other_film, third_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    sessions = simulator.sessions
    sessions.start(film, bandwidth=20_000)
    sessions.start(other_film, player=BEDROOM, bandwidth=8_000, method="direct_stream")
    transcode = sessions.start(
        third_film,
        user=JUNIPER,
        player=PHONE,
        bandwidth=3_000,
        location="wan",
        method="transcode",
    )
    sessions.start(
        third_film,
        user=JUNIPER,
        player=PHONE,
        bandwidth=500,
        location="cellular",
        method="transcode",
        copy_video=True,
    )
    await advance(10)
    assert _values(hass) == {
        "active_streams": 4,
        "direct_plays": 1,
        "direct_streams": 1,
        "transcodes": 2,
        "viewers": 2,
        "bandwidth": 31.5,
        "lan_bandwidth": 28,
        "wan_bandwidth": 3.5,
    }

    sessions.stop(transcode)
    await advance(10)
    assert state_value(hass, "sensor.harbour_transcodes") == "1"
    assert state_value(hass, "sensor.harbour_wan_bandwidth") == "0.5"


async def test_unlimited_bandwidth_is_not_counted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.sessions.start_live_tv()
    simulator.sessions.start_preroll()
    await advance(10)
    assert state_value(hass, "sensor.harbour_active_streams") == "1"
    assert state_value(hass, "sensor.harbour_bandwidth") == "3.1"
    assert state_value(hass, "sensor.harbour_lan_bandwidth") == "3.1"


async def test_a_stream_without_a_session_element_has_the_bandwidth_of_its_media(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    simulator.sessions.start(track, with_session=False)
    await advance(10)
    assert _values(hass) == dict.fromkeys(KEYS, 0) | {
        "active_streams": 1,
        "direct_plays": 1,
        "viewers": 1,
        "bandwidth": 0.912,
        "lan_bandwidth": 0.912,
    }


async def test_two_streams_on_one_player_are_two_streams_of_one_viewer(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    film, other_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    first = simulator.sessions.start(film)
    simulator.sessions.start(other_film)
    await advance(10)
    assert state_value(hass, "sensor.harbour_active_streams") == "2"
    assert state_value(hass, "sensor.harbour_viewers") == "1"

    simulator.sessions.stop(first)
    await advance(10)
    (stream,) = state_of(hass, "sensor.harbour_active_streams").attributes["streams"]
    assert stream["title"] == other_film.title


async def test_viewers_without_an_account_are_distinguished_by_their_player(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    def sessions(*players: str) -> Fault:
        return Fault.wrong_json(
            {
                "MediaContainer": {
                    "Metadata": [
                        {"sessionKey": str(number), "Player": {"machineIdentifier": player}}
                        for number, player in enumerate(players)
                    ]
                }
            }
        )

    simulator.faults.add("/status/sessions", sessions("kitchen", "kitchen"))
    simulator.faults.add("/status/sessions", sessions("kitchen", "garden"))
    await advance(10)
    assert state_value(hass, "sensor.harbour_active_streams") == "2"
    assert state_value(hass, "sensor.harbour_viewers") == "1"
    await advance(10)
    assert state_value(hass, "sensor.harbour_viewers") == "2"


async def test_an_invalid_session_does_not_affect_the_others(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    odd: list[object] = [
        None,
        "text",
        {},
        {"sessionKey": "9", "Media": "none", "Player": [], "duration": "soon", "viewOffset": -1},
        {"sessionKey": "10", "guid": "library://theme", "type": "track"},
        {
            "sessionKey": "11",
            "title": "Whole",
            "type": "movie",
            "duration": 9000,
            "viewOffset": 5000,
        },
    ]
    simulator.faults.add(
        "/status/sessions", Fault.wrong_json({"MediaContainer": {"size": 6, "Metadata": odd}})
    )
    await advance(10)
    streams = state_of(hass, "sensor.harbour_active_streams").attributes["streams"]
    assert [(stream["title"], stream["position"]) for stream in streams] == [
        (None, None),
        ("Whole", 5),
    ]
    await advance(10)
    assert state_value(hass, "sensor.harbour_active_streams") == "0"


async def test_no_state_is_written_without_a_change(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    session = simulator.sessions.start(film, state="paused", offset=60_000)
    await advance(10)
    written: list[str] = []

    @callback
    def record_entity(event: Event[Any]) -> None:
        # Home Assistant renews the tokens of images every five minutes.
        if not event.data["entity_id"].startswith("image."):
            written.append(event.data["entity_id"])

    hass.bus.async_listen(EVENT_STATE_CHANGED, record_entity)
    # Home Assistant fires this event for a write without a change.
    hass.bus.async_listen(
        EVENT_STATE_REPORTED, record_entity, event_filter=callback(lambda _: True)
    )
    simulator.clear_requests()
    for _ in range(5):
        await advance(10)
    await advance(3600)
    assert simulator.count("/status/sessions") == 6
    assert simulator.count("/media/providers") == 1
    assert written == []

    # While the stream plays, only its attributes and the event change.
    simulator.sessions.resume(session)
    await advance(10)
    assert set(written) == {"sensor.harbour_active_streams", "event.harbour_playback"}


async def test_sessions_are_polled_every_ten_seconds(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.clear_requests()
    await advance(5)
    assert not simulator.requests
    for polls in range(1, 4):
        await advance(10)
        assert simulator.count("/status/sessions") == polls


@pytest.mark.usefixtures("all_entities_enabled")
async def test_paused_streams_and_hardware_transcodes_are_counted(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance
) -> None:
    sensors = ("sensor.harbour_paused_streams", "sensor.harbour_hardware_transcodes")
    assert [state_value(hass, sensor) for sensor in sensors] == ["0", "0"]
    film, other_film, third_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    sessions = simulator.sessions
    sessions.start(film, state="paused")
    sessions.start(other_film, player=BEDROOM, method="transcode")
    converted = sessions.start(third_film, player=PHONE, method="transcode", hardware=True)
    await advance(10)
    assert [state_value(hass, sensor) for sensor in sensors] == ["1", "1"]
    sessions.stop(converted)
    await advance(10)
    assert [state_value(hass, sensor) for sensor in sensors] == ["1", "0"]
