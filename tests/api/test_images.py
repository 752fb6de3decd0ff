"""Images: made smaller by the server, of limited size, and from nowhere else."""

import struct

import pytest

from custom_components.plex_pulse.api import MediaItem, PlexErrorKind, PlexServerClient
from tests.simulator import Fault, Kind, PlexSimulator

from .canaries import TOKEN
from .conftest import MakeClient, failure

KIND = PlexErrorKind
TRANSCODER = "/photo/:/transcode"
MEBIBYTE = 1024 * 1024
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
WEBP = b"RIFF" + bytes(4) + b"WEBP" + bytes(64)


def answer(body: bytes, content_type: str = "image/jpeg") -> Fault:
    """Return the answer of a server that has this picture."""
    return Fault.status(200, body=body, content_type=content_type)


@pytest.fixture
def path(simulator: PlexSimulator) -> str:
    """Return the path of a film's poster."""
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    return f"/library/metadata/{film.rating_key}/thumb/{film.added_at}"


async def test_a_picture_comes_in_the_size_asked_for(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    """The token goes in the header, and no URL holds it."""
    image = await client.get_image(path, width=120, height=180)
    assert image.content_type == "image/png"
    assert struct.unpack(">II", image.content[16:24]) == (120, 180)
    (request,) = simulator.requests
    assert request.path == TRANSCODER
    assert request.query["url"] == path
    assert request.headers["X-Plex-Token"] == TOKEN
    assert request.headers["Accept"] == "image/*"
    assert TOKEN not in str(request.query)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [(JPEG, "image/jpeg"), (WEBP, "image/webp"), (b"GIF89a" + bytes(64), "image/gif")],
)
async def test_a_picture_is_known_by_its_first_bytes(
    simulator: PlexSimulator,
    client: PlexServerClient,
    path: str,
    body: bytes,
    content_type: str,
) -> None:
    """Whatever its header says."""
    simulator.faults.add(TRANSCODER, answer(body, "application/octet-stream"))
    image = await client.get_image(path, width=10, height=10)
    assert (image.content, image.content_type) == (body, content_type)


@pytest.mark.parametrize(
    "stranger",
    [
        "https://provider.example/poster.jpg",
        "//provider.example/poster.jpg",
        "poster.jpg",
        "",
        "/library/metadata/5/thumb/-1",
    ],
)
async def test_no_picture_is_fetched_from_elsewhere(
    simulator: PlexSimulator, client: PlexServerClient, path: str, stranger: str
) -> None:
    """The server would fetch it for us, and show a stranger that we are here."""
    error = await failure(client.get_image(stranger, width=10, height=10))
    assert (error.kind, error.attempts) == (KIND.CLIENT, 0)
    assert "provider" not in str(error)
    assert not simulator.requests
    assert (await client.get_image(path, width=10, height=10)).content


@pytest.mark.parametrize("size", [2 * MEBIBYTE + 1, 20 * MEBIBYTE])
async def test_a_picture_that_is_too_large_is_refused(
    simulator: PlexSimulator, client: PlexServerClient, path: str, size: int
) -> None:
    """No more than its limit is read."""
    simulator.faults.add(TRANSCODER, answer(JPEG + bytes(size - len(JPEG))))
    error = await failure(client.get_image(path, width=10, height=10))
    assert error.kind is KIND.PROTOCOL
    assert error.message == "The answer is larger than 2 MiB"
    assert client.statistics.bytes_received < 3 * MEBIBYTE
    assert (await client.get_image(path, width=10, height=10)).content


async def test_a_picture_of_the_largest_size_is_taken(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    """To the byte."""
    simulator.faults.add(TRANSCODER, answer(JPEG + bytes(2 * MEBIBYTE - len(JPEG))))
    image = await client.get_image(path, width=10, height=10)
    assert len(image.content) == 2 * MEBIBYTE


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>Sign in</h1></html>", b'{"MediaContainer":{}}', b"\x00\xff" * 40]
)
async def test_what_is_no_picture_is_refused(
    simulator: PlexSimulator, client: PlexServerClient, path: str, body: bytes
) -> None:
    """Even where the header calls it one."""
    simulator.faults.add(TRANSCODER, answer(body))
    error = await failure(client.get_image(path, width=10, height=10))
    assert error.kind is KIND.PROTOCOL
    assert (await client.get_image(path, width=10, height=10)).content


async def test_a_picture_of_an_item_that_is_gone_is_a_client_error(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    """Between the list and the picture."""
    simulator.library.remove_item(simulator.library.of_kind(Kind.MOVIE)[0])
    error = await failure(client.get_image(path, width=10, height=10))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)


async def test_a_picture_that_is_not_shared_is_not_shown(
    simulator: PlexSimulator, make_client: MakeClient, path: str
) -> None:
    """The token decides, for pictures too."""
    simulator.add_shared_token("friend-token", sections=[2])
    error = await failure(make_client(token="friend-token").get_image(path, width=9, height=9))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)
    assert (await make_client().get_image(path, width=9, height=9)).content


THUMBS = {
    "thumb": "/library/metadata/3/thumb/1",
    "parentThumb": "/library/metadata/2/thumb/1",
    "grandparentThumb": "/library/metadata/1/thumb/1",
}


@pytest.mark.parametrize(
    ("item_type", "missing", "poster"),
    [
        ("movie", (), "thumb"),
        ("episode", (), "grandparentThumb"),
        ("episode", ("grandparentThumb",), "parentThumb"),
        ("episode", ("grandparentThumb", "parentThumb"), "thumb"),
        ("season", (), "thumb"),
        ("season", ("thumb",), "parentThumb"),
        ("track", ("thumb",), "parentThumb"),
        ("track", ("thumb", "parentThumb"), "grandparentThumb"),
        ("movie", tuple(THUMBS), None),
    ],
)
def test_the_poster_is_what_people_know_an_item_by(
    item_type: str, missing: tuple[str, ...], poster: str | None
) -> None:
    """An episode's own picture is a scene that may give the story away."""
    there = {key: path for key, path in THUMBS.items() if key not in missing}
    item = MediaItem.parse({"type": item_type} | there)
    assert item.poster == (None if poster is None else THUMBS[poster])


@pytest.mark.parametrize(
    "elsewhere", ["https://provider.example/a.jpg", "/library/metadata/1/thumb/-1", 5]
)
def test_a_picture_that_is_not_on_the_server_is_no_poster(elsewhere: str | int) -> None:
    """Live TV has its pictures at its provider."""
    item = MediaItem.parse(
        {"type": "episode", "thumb": THUMBS["thumb"], "grandparentThumb": elsewhere}
    )
    assert (item.grandparent_thumb, item.poster) == (None, THUMBS["thumb"])
