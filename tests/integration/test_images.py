"""Image entities, requested through Home Assistant as a dashboard does."""

import asyncio
from http import HTTPStatus
from urllib.parse import parse_qs, urlsplit

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from tests.clocks import FreezerClock
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.posters import poster

from .conftest import TOKEN, Advance
from .event_recorder import add_film
from .helpers import set_up, state_of, state_value, use_shared_token

NOW_PLAYING = "image.harbour_now_playing"
LAST_ADDED = "image.harbour_last_added"
MOVIES_LAST_ADDED = "image.harbour_movies_last_added"
TRANSCODER = "/photo/:/transcode"
HOUR = 3600


class Viewer:
    """Requests images as a dashboard does, with the URLs of the states."""

    def __init__(self, hass: HomeAssistant, hass_client: ClientSessionGenerator) -> None:
        """Use a client of Home Assistant's web server."""
        self._hass = hass
        self._hass_client = hass_client

    async def fetch(self, entity_id: str) -> tuple[int, str, bytes]:
        """Return the status, type and content of an entity's image."""
        return await self.fetch_url(state_of(self._hass, entity_id).attributes["entity_picture"])

    async def fetch_url(self, address: str) -> tuple[int, str, bytes]:
        """Return the status, type and content at a URL."""
        client = await self._hass_client()
        response = await client.get(address)
        return response.status, response.content_type, await response.read()


@pytest.fixture
def viewer(hass: HomeAssistant, hass_client_no_auth: ClientSessionGenerator) -> Viewer:
    """Return a viewer without a Home Assistant user."""
    return Viewer(hass, hass_client_no_auth)


def _fetched(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the images that the photo transcoder was asked to scale."""
    return [request.query["url"] for request in simulator.requests if request.path == TRANSCODER]


def _poster(item: Item) -> tuple[int, str, bytes]:
    """Return the response with the poster of an item."""
    return HTTPStatus.OK, "image/png", poster(f"{item.rating_key}thumb", 600, 900)


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
    assert _fetched(simulator) == []
    for _ in range(3):
        assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])
        await advance(10)
    assert len(_fetched(simulator)) == 1


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
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[1])
    simulator.sessions.pause(last)
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])


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
    assert await viewer.fetch(NOW_PLAYING) == _poster(first.parent.parent)
    simulator.sessions.stop(session)
    simulator.sessions.start(second)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == since


async def test_there_is_no_image_without_a_stream(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, viewer: Viewer
) -> None:
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert _fetched(simulator) == []


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
    assert await viewer.fetch(LAST_ADDED) == _poster(film)
    assert await viewer.fetch(MOVIES_LAST_ADDED) == _poster(film)
    assert len(_fetched(simulator)) == 1


@pytest.mark.parametrize(
    "fault",
    [Fault.status(404), Fault.status(500), Fault.reset(), Fault.html(), Fault.status(401)],
    ids=["gone", "failing", "reset", "web page", "refused"],
)
async def test_previous_image_is_not_shown_if_the_next_cannot_be_fetched(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    fault: Fault,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])
    simulator.faults.add(TRANSCODER, fault, times=None)
    simulator.faults.add("/library/metadata/*", fault, times=None)
    simulator.sessions.start(films[1])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    attempts = len(_fetched(simulator))
    simulator.faults.clear()
    # The failure is cached, so the next view sends no request.
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert len(_fetched(simulator)) == attempts
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[1])
    assert loaded_entry.state.recoverable
    assert not list(loaded_entry.async_get_active_flows(hass, {"reauth"}))


async def test_an_image_is_missing_until_it_can_be_fetched(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    for path in (TRANSCODER, "/library/metadata/*"):
        simulator.faults.add(path, Fault.oversize(), times=None)
    simulator.sessions.start(films[0])
    await advance(10)
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    simulator.faults.clear()
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])


def _originals(simulator: PlexSimulator) -> list[str]:
    """Return the paths of the images that were requested as they are stored."""
    return [
        request.path
        for request in simulator.requests
        if request.path.startswith("/library/metadata/")
    ]


@pytest.mark.parametrize(
    "fault",
    [
        Fault.status(404),
        Fault.status(500),
        Fault.status(503),
        Fault.html(),
        Fault.status(200, body=b""),
        Fault.status(200, body=b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        Fault.status(200, body=poster("big", 60, 90) + bytes(2**21)),
        Fault.redirect("/web/index.html"),
    ],
    ids=["404", "500", "503", "HTML", "nothing", "SVG", "too large", "redirect"],
)
async def test_the_original_is_shown_while_the_photo_transcoder_fails(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    fault: Fault,
) -> None:
    """The choice is cached: per item, and after three items for an hour per server."""
    simulator.faults.add(TRANSCODER, fault, times=None)
    for film in films[:3]:
        simulator.clear_requests()
        session = simulator.sessions.start(film)
        await advance(10)
        for _ in range(3):
            code, kind, content = await viewer.fetch(NOW_PLAYING)
            assert (code, kind) == (HTTPStatus.OK, "image/png")
            assert content == poster(f"{film.rating_key}thumb")
            await advance(10)
        assert len(_originals(simulator)) == 1
        assert 1 <= len(_fetched(simulator)) <= 2
        simulator.sessions.stop(session)

    simulator.clear_requests()
    session = simulator.sessions.start(films[3])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[2] == poster(f"{films[3].rating_key}thumb")
    assert _fetched(simulator) == []

    simulator.faults.clear()
    await advance(HOUR)
    simulator.sessions.stop(session)
    simulator.sessions.start(films[4])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[4])


async def test_image_that_cannot_be_scaled_decides_for_no_other(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.faults.add(TRANSCODER, Fault.status(404), times=1)
    for film, image in (
        (films[0], poster(f"{films[0].rating_key}thumb")),
        (films[1], _poster(films[1])[2]),
    ):
        session = simulator.sessions.start(film)
        await advance(10)
        assert (await viewer.fetch(NOW_PLAYING))[2] == image
        simulator.sessions.stop(session)


async def test_the_season_is_shown_when_the_image_of_the_show_is_missing(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, viewer: Viewer, advance: Advance
) -> None:
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    season = episode.parent
    assert season is not None
    assert season.parent is not None
    simulator.faults.add(TRANSCODER, Fault.status(404), times=None)
    simulator.faults.add(
        f"/library/metadata/{season.parent.rating_key}/*", Fault.status(404), times=None
    )
    simulator.sessions.start(episode)
    await advance(10)
    for _ in range(2):
        assert (await viewer.fetch(NOW_PLAYING))[2] == poster(f"{season.rating_key}thumb")
    assert len(_originals(simulator)) == 2


@pytest.mark.parametrize(
    ("answer", "is_shown"),
    [
        (Fault.status(200, body=poster("big", 60, 90) + bytes(6 * 2**20)), True),
        (Fault.status(200, body=poster("big", 60, 90) + bytes(9 * 2**20)), False),
        (Fault.status(302, {"Location": "http://127.0.0.1:1/1.png"}), False),
        (Fault.status(200, body=b"<svg xmlns='http://www.w3.org/2000/svg'/>"), False),
    ],
    ids=["6 MiB", "9 MiB", "redirect", "SVG"],
)
async def test_an_original_is_shown_up_to_8_mib_and_never_from_elsewhere(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    answer: Fault,
    is_shown: bool,
) -> None:
    simulator.faults.add(TRANSCODER, Fault.status(500), times=None)
    simulator.faults.add(f"/library/metadata/{films[0].rating_key}/thumb/*", answer, times=None)
    simulator.sessions.start(films[0])
    await advance(10)
    status, _, content = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.OK
    # The next candidate of a film is its background.
    assert (content == poster(f"{films[0].rating_key}art")) is not is_shown


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


async def test_a_hanging_image_request_times_out_after_8_seconds(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    clock: FreezerClock,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])
    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    simulator.sessions.start(films[1])
    await advance(10)
    request = asyncio.create_task(viewer.fetch(NOW_PLAYING))
    await simulator.fault_reached()
    clock.advance(8)
    assert (await request)[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    simulator.faults.clear()
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[1])


async def test_no_image_is_fetched_after_two_that_time_out(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
    clock: FreezerClock,
) -> None:
    async def fetch_until_timeout(film: Item, held: int = 1) -> None:
        session = simulator.sessions.start(film)
        await advance(10)
        request = asyncio.create_task(viewer.fetch(NOW_PLAYING))
        await simulator.fault_reached(held)
        clock.advance(8)
        assert (await request)[0] == HTTPStatus.INTERNAL_SERVER_ERROR
        simulator.sessions.stop(session)

    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    await fetch_until_timeout(films[0])
    simulator.faults.clear()
    session = simulator.sessions.start(films[1])
    await advance(10)
    # One image that cannot be scaled in time decides for no other.
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[1])
    simulator.sessions.stop(session)
    simulator.faults.add(TRANSCODER, Fault.hang(), times=None)
    for held, film in enumerate(films[2:4], start=1):
        await fetch_until_timeout(film, held)
    fetched = len(_fetched(simulator))
    simulator.faults.clear()
    simulator.sessions.start(films[4])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[0] == HTTPStatus.INTERNAL_SERVER_ERROR
    assert len(_fetched(simulator)) == fetched
    await advance(60)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[4])


async def test_no_image_is_fetched_until_retry_after_has_passed(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    simulator.faults.add(TRANSCODER, Fault.status(429, {"Retry-After": "120"}))
    status, _, _ = await viewer.fetch(NOW_PLAYING)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    await advance(70)
    await viewer.fetch(NOW_PLAYING)
    assert len(_fetched(simulator)) == 1
    await advance(70)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])


async def test_no_image_is_fetched_during_an_outage(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    films: list[Item],
    viewer: Viewer,
    advance: Advance,
) -> None:
    simulator.sessions.start(films[0])
    await advance(10)
    address = state_of(hass, NOW_PLAYING).attributes["entity_picture"]
    simulator.faults.add("/status/sessions", Fault.status(500), times=None)
    await advance(10)
    assert state_value(hass, NOW_PLAYING) == STATE_UNAVAILABLE
    status, _, _ = await viewer.fetch_url(address)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    assert _fetched(simulator) == []
    simulator.faults.clear()
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == _poster(films[0])


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
    assert len(_fetched(simulator)) == 12
    for film, fetched in ((films[11], 12), (films[0], 13)):
        session = simulator.sessions.start(film)
        await advance(10)
        await viewer.fetch(NOW_PLAYING)
        assert len(_fetched(simulator)) == fetched
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
    assert await viewer.fetch(LAST_ADDED) == _poster(newest)
