"""The blueprint that notifies of added items."""

from datetime import timedelta

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_fire_time_changed,
    async_mock_service,
)

from tests.clocks import FreezerClock
from tests.entity_ids import LIBRARY
from tests.fixtures.home_assistant import Advance
from tests.integration.event_recorder import CREATED, DELETED, DONE, add_film, notify
from tests.integration.helpers import settle, state_of, state_value, wait_until
from tests.markdown import unescape_markdown
from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .conftest import Automate

pytestmark = pytest.mark.smoke

POSTER = "image.poster"
PICTURE = f"/api/image_proxy/{POSTER}?token=1"

type Notifications = list[tuple[str, str]]


@pytest.fixture(autouse=True)
def _no_automatic_notifications(loaded_entry: MockConfigEntry, simulator: PlexSimulator) -> None:
    """Send only the notifications of the test, none of the simulated library itself."""
    simulator.library.on_add = simulator.library.on_remove = None


def take_notifications(notifications: list[ServiceCall]) -> Notifications:
    """Return titles and messages of the notifications since the last call."""
    found = [
        (call.data["title"], unescape_markdown(call.data["message"])) for call in notifications
    ]
    notifications.clear()
    return found


def show_poster(hass: HomeAssistant) -> None:
    """Make the image entity show another poster."""
    hass.states.async_set(POSTER, dt_util.utcnow().isoformat(), {"entity_picture": PICTURE})


async def test_movie_episode_and_album_have_their_own_notification_format(
    automate: Automate,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    notifications: list[ServiceCall],
) -> None:
    await automate("new_arrivals", library=LIBRARY)
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    (artist, *_) = simulator.library.of_kind(Kind.ARTIST)
    items = [
        add_film(simulator),
        simulator.library.add_item(Kind.EPISODE, "The Weir", season),
        simulator.library.add_item(Kind.ALBUM, "Slack Water", artist),
    ]
    for item in items:
        notify(loaded_entry, item, CREATED, DONE)
    await advance(10)
    assert take_notifications(notifications) == [
        ("New in Movies", "Fog"),
        ("New in TV Shows", "Tidewrack Bay · S01E09 · The Weir"),
        ("New in Music", "Paper Kestrels · Slack Water"),
    ]
    notify(loaded_entry, items[0], DELETED)
    await advance(10)
    assert take_notifications(notifications) == []


@pytest.mark.parametrize(
    ("attributes", "message"),
    [
        (
            {"type": "album", "artist": "Paper Kestrels", "title": "Windfall"},
            ("New in Library", "Paper Kestrels · Windfall"),
        ),
        (
            {"type": "episode", "series": "Late Tide", "season": 2011, "episode": None}
            | {"aired": "2011-11-15", "title": "Episode 11-15"},
            ("New in Library", "Late Tide · 2011-11-15 · Episode 11-15"),
        ),
        (
            {"type": "episode", "series": "Late Tide", "season": 3, "episode": None, "title": "?"},
            ("New in Library", "Late Tide · Season 3 · ?"),
        ),
        (
            {"event_type": "items_added", "count": 980, "titles": ["Fog", "Weir"]},
            ("New in Library", "980 more items: Fog, Weir and 978 more"),
        ),
        (
            {"event_type": "items_added", "count": 1, "titles": ["Fog"]},
            ("New in Library", "1 more item: Fog"),
        ),
        (
            {"event_type": "library_added", "library_type": "movie", "count": 1000},
            ("New library: Library", "1000 items"),
        ),
        ({"event_type": "library_added", "library_type": "photo", "count": 5}, None),
        ({"event_type": "deleted", "type": "movie", "title": "Fog"}, None),
    ],
)
async def test_every_type_of_event_has_its_own_message(
    hass: HomeAssistant,
    automate: Automate,
    notifications: list[ServiceCall],
    attributes: dict[str, object],
    message: tuple[str, str] | None,
) -> None:
    entity = "event.library"
    hass.states.async_set(entity, "2026-11-20T19:00:00.000+00:00", {})
    await automate("new_arrivals", library=entity)
    hass.states.async_set(
        entity,
        "2026-11-20T20:00:00.000+00:00",
        {"event_type": "added", "library": "Library"} | attributes,
    )
    await settle(hass)
    assert take_notifications(notifications) == ([message] if message is not None else [])


async def test_only_the_selected_libraries_and_types_are_notified(
    automate: Automate,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    notifications: list[ServiceCall],
) -> None:
    await automate(
        "new_arrivals", library=LIBRARY, libraries=["movies ", "Music"], media_types=["movie"]
    )
    (season, *_) = simulator.library.of_kind(Kind.SEASON)
    (artist, *_) = simulator.library.of_kind(Kind.ARTIST)
    for item in (
        simulator.library.add_item(Kind.EPISODE, "The Weir", season),
        simulator.library.add_item(Kind.ALBUM, "Slack Water", artist),
        add_film(simulator),
    ):
        notify(loaded_entry, item, CREATED, DONE)
    await advance(10)
    assert take_notifications(notifications) == [("New in Movies", "Fog")]


async def test_the_end_of_an_outage_sends_no_notification(
    hass: HomeAssistant,
    automate: Automate,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    notifications: list[ServiceCall],
) -> None:
    await automate("new_arrivals", library=LIBRARY)
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    assert take_notifications(notifications) == [("New in Movies", "Fog")]
    await simulator.stop()
    await advance(10)
    assert state_value(hass, LIBRARY) == STATE_UNAVAILABLE
    await simulator.start()
    await advance(60)
    assert state_value(hass, LIBRARY) != STATE_UNAVAILABLE
    assert take_notifications(notifications) == []


async def test_the_poster_is_a_url_of_home_assistant(
    hass: HomeAssistant,
    automate: Automate,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
) -> None:
    calls = async_mock_service(hass, "notify", "phone")
    show_poster(hass)
    data = {"message": "{{ message }}", "data": {"image": "{{ picture }}"}}
    await automate(
        "new_arrivals",
        library=LIBRARY,
        poster=POSTER,
        actions=[{"action": "notify.phone", "data": data}],
    )
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    await advance(10)
    (call,) = calls
    assert call.data == {"message": "Fog", "data": {"image": PICTURE}}


@pytest.mark.parametrize("is_updated", [True, False], ids=["updated", "not updated"])
async def test_a_notification_waits_up_to_10_seconds_for_its_poster(
    hass: HomeAssistant,
    automate: Automate,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    clock: FreezerClock,
    notifications: list[ServiceCall],
    is_updated: bool,
) -> None:
    show_poster(hass)
    clock.advance(3600)
    automation = await automate("new_arrivals", library=LIBRARY, poster=POSTER)
    notify(loaded_entry, add_film(simulator), CREATED, DONE)
    # `settle` would not return while an automation waits.
    await wait_until(lambda: state_of(hass, automation).attributes["current"] == 1)
    assert take_notifications(notifications) == []
    if is_updated:
        show_poster(hass)
    else:
        clock.advance(10)
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=0.6))
    await settle(hass)
    assert take_notifications(notifications) == [("New in Movies", "Fog")]
