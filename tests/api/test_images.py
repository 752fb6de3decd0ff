"""Images: scaled by the server, limited in size, and never from another host."""

import struct

import pytest

from custom_components.plex_pulse.api import (
    MediaItem,
    PlexErrorKind,
    PlexErrorReason,
    PlexServerClient,
)
from tests.secrets import TOKEN
from tests.simulator import Fault, Kind, PlexSimulator

from .helpers import MakeClient, failure

KIND = PlexErrorKind
TRANSCODER = "/photo/:/transcode"
MEBIBYTE = 1024 * 1024
JPEG = b"\xff\xd8\xff\xe0" + bytes(64)
WEBP = b"RIFF" + bytes(4) + b"WEBP" + bytes(64)
AVIF = bytes(3) + b" ftypavif" + bytes(64)
AVIF_SEQUENCE = bytes(3) + b" ftypavis" + bytes(64)


def answer(body: bytes, content_type: str = "image/jpeg") -> Fault:
    """Return a response with this image."""
    return Fault.status(200, body=body, content_type=content_type)


@pytest.fixture
def path(simulator: PlexSimulator) -> str:
    """Return the path of a movie's poster."""
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    return f"/library/metadata/{film.rating_key}/thumb/{film.added_at}"


async def test_image_is_scaled_to_the_requested_size(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    """The token is sent in a header and never in a URL."""
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
    [
        (JPEG, "image/jpeg"),
        (WEBP, "image/webp"),
        (b"GIF89a" + bytes(64), "image/gif"),
        (AVIF, "image/avif"),
        (AVIF_SEQUENCE, "image/avif"),
    ],
)
async def test_image_type_comes_from_its_first_bytes(
    simulator: PlexSimulator,
    client: PlexServerClient,
    path: str,
    body: bytes,
    content_type: str,
) -> None:
    """The content type header is ignored."""
    simulator.faults.add(TRANSCODER, answer(body, "application/octet-stream"))
    image = await client.get_image(path, width=10, height=10)
    assert (image.content, image.content_type) == (body, content_type)


@pytest.mark.parametrize(
    "url",
    [
        "https://provider.example/poster.jpg",
        "//provider.example/poster.jpg",
        "poster.jpg",
        "",
        "/library/metadata/5/thumb/-1",
    ],
)
async def test_image_urls_of_other_hosts_are_rejected(
    simulator: PlexSimulator, client: PlexServerClient, path: str, url: str
) -> None:
    """The server would fetch them and so reveal itself to that host."""
    error = await failure(client.get_image(url, width=10, height=10))
    assert (error.kind, error.attempts) == (KIND.CLIENT, 0)
    assert "provider" not in str(error)
    assert not simulator.requests
    assert (await client.get_image(path, width=10, height=10)).content


@pytest.mark.parametrize(
    "url",
    [
        "https://provider.example/poster.jpg",
        "//provider.example/poster.jpg",
        "/library/metadata/5/thumb/-1",
        "/library/metadata/5/thumb/1?url=provider",
        "/library/metadata/5/thumb/1#provider",
        "/library/metadata/5/provider thumb",
        "/provider/" + "1" * 500,
    ],
)
async def test_original_image_is_only_requested_by_a_plain_path(
    simulator: PlexSimulator, client: PlexServerClient, path: str, url: str
) -> None:
    """A query could make the server do something else than send an image."""
    error = await failure(client.get_original_image(url))
    assert (error.kind, error.reason) == (KIND.CLIENT, PlexErrorReason.EXTERNAL_IMAGE)
    assert error.attempts == 0
    assert "provider" not in str(error)
    assert not simulator.requests
    assert (await client.get_original_image(path)).content
    assert simulator.requests[-1].path == path


@pytest.mark.parametrize("size", [2 * MEBIBYTE + 1, 20 * MEBIBYTE])
async def test_image_above_the_size_limit_is_rejected(
    simulator: PlexSimulator, client: PlexServerClient, path: str, size: int
) -> None:
    """No more than the limit is read."""
    simulator.faults.add(TRANSCODER, answer(JPEG + bytes(size - len(JPEG))))
    error = await failure(client.get_image(path, width=10, height=10))
    assert error.kind is KIND.PROTOCOL
    assert error.message == "The response is larger than 2 MiB"
    assert client.statistics.bytes_received < 3 * MEBIBYTE
    assert (await client.get_image(path, width=10, height=10)).content


async def test_image_of_exactly_the_size_limit_is_accepted(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    simulator.faults.add(TRANSCODER, answer(JPEG + bytes(2 * MEBIBYTE - len(JPEG))))
    image = await client.get_image(path, width=10, height=10)
    assert len(image.content) == 2 * MEBIBYTE


@pytest.mark.parametrize(
    "body", [b"", b"<html><h1>Sign in</h1></html>", b'{"MediaContainer":{}}', b"\x00\xff" * 40]
)
async def test_response_that_is_not_an_image_is_rejected(
    simulator: PlexSimulator, client: PlexServerClient, path: str, body: bytes
) -> None:
    """The content type header may claim otherwise."""
    simulator.faults.add(TRANSCODER, answer(body))
    error = await failure(client.get_image(path, width=10, height=10))
    assert error.kind is KIND.PROTOCOL
    assert (await client.get_image(path, width=10, height=10)).content


async def test_image_of_a_removed_item_fails_with_404(
    simulator: PlexSimulator, client: PlexServerClient, path: str
) -> None:
    simulator.library.remove_item(simulator.library.of_kind(Kind.MOVIE)[0])
    error = await failure(client.get_image(path, width=10, height=10))
    assert (error.kind, error.status) == (KIND.CLIENT, 404)


async def test_image_of_an_unshared_item_fails_for_a_shared_token(
    simulator: PlexSimulator, make_client: MakeClient, path: str
) -> None:
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
def test_poster_of_an_episode_is_that_of_its_season_or_show(
    item_type: str, missing: tuple[str, ...], poster: str | None
) -> None:
    """An episode's own picture is a scene that may spoil the story."""
    there = {key: path for key, path in THUMBS.items() if key not in missing}
    item = MediaItem.parse({"type": item_type} | there)
    assert item.poster == (None if poster is None else THUMBS[poster])


@pytest.mark.parametrize(
    "elsewhere", ["https://provider.example/a.jpg", "/library/metadata/1/thumb/-1", 5]
)
def test_poster_on_another_host_is_ignored(elsewhere: str | int) -> None:
    """Live TV has its pictures at its provider."""
    item = MediaItem.parse(
        {"type": "episode", "thumb": THUMBS["thumb"], "grandparentThumb": elsewhere}
    )
    assert (item.grandparent_thumb, item.poster) == (None, THUMBS["thumb"])
