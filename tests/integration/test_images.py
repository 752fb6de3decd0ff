"""Image entities show the posters of streams and added items, each fetched once."""

from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import NOW_PLAYING_IMAGE as NOW_PLAYING
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.posters import poster

from .conftest import TOKEN, Advance
from .event_recorder import add_film
from .helpers import set_up, state_of, state_value, use_shared_token
from .image_viewer import TRANSCODER, Viewer, poster_response, scaled_images

LAST_ADDED = "image.harbour_last_added"
MOVIES_LAST_ADDED = "image.harbour_movies_last_added"
HOUR = 3600


async def test_the_poster_of_a_stream_is_fetched_once_and_cached(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    assert scaled_images(simulator) == []
    for _ in range(3):
        assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])
        await advance(10)
    assert len(scaled_images(simulator)) == 1


async def test_the_url_of_an_image_reveals_nothing_of_the_server(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    state = state_of(hass, NOW_PLAYING)
    address = urlsplit(state.attributes["entity_picture"])
    assert (address.scheme, address.netloc) == ("", "")
    assert address.path == f"/api/image_proxy/{NOW_PLAYING}"
    assert parse_qs(address.query).keys() == {"token"}
    shown = str(state.as_dict())
    assert TOKEN not in shown
    assert "/library/metadata" not in shown
    assert str(simulator.port) not in shown


async def test_the_state_changes_only_with_the_poster(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    advance: Advance,
) -> None:
    assert state_value(hass, NOW_PLAYING) == STATE_UNKNOWN
    first = simulator.sessions.start(films[0])
    await advance(10)
    since = state_value(hass, NOW_PLAYING)
    assert since != STATE_UNKNOWN
    await advance(60)
    simulator.sessions.pause(first)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == since
    second = simulator.sessions.start(films[1])
    await advance(10)
    assert state_value(hass, NOW_PLAYING) > since
    simulator.sessions.stop(second)
    simulator.sessions.stop(first)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == STATE_UNKNOWN


async def test_the_newest_stream_that_is_not_paused_is_shown(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    last = simulator.sessions.start(films[1])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[1])
    simulator.sessions.pause(last)
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[0])


async def test_an_episode_is_shown_with_the_poster_of_its_series(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    viewer: Viewer,
    advance: Advance,
) -> None:
    first, second, *_ = simulator.library.of_kind(Kind.EPISODE)
    session = simulator.sessions.start(first)
    await advance(10)
    since = state_value(hass, NOW_PLAYING)
    assert first.parent is not None
    assert first.parent.parent is not None
    assert await viewer.fetch(NOW_PLAYING) == poster_response(first.parent.parent)
    simulator.sessions.stop(session)
    simulator.sessions.start(second)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == since


async def test_there_is_no_image_without_a_stream(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, viewer: Viewer
) -> None:
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert scaled_images(simulator) == []


@pytest.mark.usefixtures("all_entities_enabled")
async def test_server_and_library_share_the_image_of_the_last_added_item(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    viewer: Viewer,
    advance: Advance,
) -> None:
    before = state_value(hass, MOVIES_LAST_ADDED)
    film = add_film(simulator)
    await advance(HOUR)
    assert state_value(hass, MOVIES_LAST_ADDED) == state_value(hass, LAST_ADDED) > before
    assert await viewer.fetch(LAST_ADDED) == poster_response(film)
    assert await viewer.fetch(MOVIES_LAST_ADDED) == poster_response(film)
    assert len(scaled_images(simulator)) == 1


async def test_the_cover_of_an_album_is_square(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, viewer: Viewer, advance: Advance
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    simulator.sessions.start(track)
    await advance(10)
    assert track.parent is not None
    assert (await viewer.fetch(NOW_PLAYING))[2] == poster(
        f"{track.parent.rating_key}thumb", 600, 600
    )


async def test_the_image_cache_is_bounded(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    big = poster("big", 600, 900) + bytes(1_500_000)
    simulator.faults.add(TRANSCODER, Fault.status(200, body=big), times=12)
    for film in films[:12]:
        session = simulator.sessions.start(film)
        await advance(10)
        assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.OK
        simulator.sessions.stop(session)
    assert len(scaled_images(simulator)) == 12
    for film, fetched in ((films[11], 12), (films[0], 13)):
        session = simulator.sessions.start(film)
        await advance(10)
        await viewer.fetch(NOW_PLAYING)
        assert len(scaled_images(simulator)) == fetched
        simulator.sessions.stop(session)


async def test_a_shared_user_has_added_images_but_no_stream_image(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    simulator: PlexSimulator,
    entity_registry: er.EntityRegistry,
    viewer: Viewer,
) -> None:
    use_shared_token(hass, entry, simulator)
    await set_up(hass, entry)
    assert entity_registry.async_get(NOW_PLAYING) is None
    movies = simulator.library.section_titled("Movies")
    newest = max(simulator.library.of_kind(Kind.MOVIE, movies), key=lambda item: item.added_at)
    assert await viewer.fetch(LAST_ADDED) == poster_response(newest)
