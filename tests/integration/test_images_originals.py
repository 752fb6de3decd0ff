"""Original images are shown while the photo transcoder fails."""

from http import HTTPStatus

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import NOW_PLAYING_IMAGE as NOW_PLAYING
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.posters import poster

from .conftest import Advance
from .image_viewer import TRANSCODER, Viewer, poster_response, scaled_images

HOUR = 3600


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
        assert 1 <= len(scaled_images(simulator)) <= 2
        simulator.sessions.stop(session)

    simulator.clear_requests()
    session = simulator.sessions.start(films[3])
    await advance(10)
    assert (await viewer.fetch(NOW_PLAYING))[2] == poster(f"{films[3].rating_key}thumb")
    assert scaled_images(simulator) == []

    simulator.faults.clear()
    await advance(HOUR)
    simulator.sessions.stop(session)
    simulator.sessions.start(films[4])
    await advance(10)
    assert await viewer.fetch(NOW_PLAYING) == poster_response(films[4])


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
        (films[1], poster_response(films[1])[2]),
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
