"""Servers, libraries, items and single fields of several server versions."""

from datetime import UTC, datetime

import pytest

from custom_components.plex_pulse.api import (
    Library,
    LibraryKind,
    MediaItem,
    ServerIdentity,
    ServerInfo,
)
from custom_components.plex_pulse.api.models.coerce import (
    boolean,
    children,
    integer,
    text,
    timestamp,
)
from custom_components.plex_pulse.api.models.library import provided_libraries

from .fixture_files import container


def test_providers_have_server_and_libraries() -> None:
    """Home, Playlists and the programme guide are not libraries."""
    fields = container("providers")
    server = ServerInfo.parse(fields)
    assert server is not None
    assert (server.name, server.version) == ("Attic", "1.25.9.5721-965587f64")
    assert server.has_plex_pass
    assert not server.is_starting
    films, camcorder = provided_libraries(fields)
    assert films == Library(
        key="1",
        uuid="aaaaaaaa-1111-4222-8333-444444444444",
        title="Films",
        kind=LibraryKind.MOVIES,
        is_scanning=True,
        scanned_at=datetime.fromtimestamp(1_652_390_000, UTC),
        updated_at=datetime.fromtimestamp(1_652_391_000, UTC),
        storage=712_964_571_136,
        duration=151_200_000,
    )
    assert (camcorder.kind, camcorder.storage) == (LibraryKind.VIDEOS, None)


def test_server_response_of_2020_with_strings_is_parsed() -> None:
    """The server was still loading its plug-ins."""
    assert ServerInfo.parse(container("server_2020")) == ServerInfo(
        machine_identifier="9a8b7c6d5e4f30211203f4e5d6c7b8a99a8b7c6d",
        name="Boathouse",
        version="1.20.4.3517-ab5e1197c",
        platform="Linux",
        platform_version="20.04.1 LTS (Focal Fossa)",
        has_plex_pass=True,
        is_starting=True,
    )


def test_movies_with_missing_fields_are_parsed() -> None:
    """An addedAt of 0 and a year of -1 mean unknown."""
    folded, hollow = map(MediaItem.parse, children(container("movies"), "Metadata"))
    assert (folded.rating_key, folded.title, folded.year) == ("71", "The Folded Almanac", 2008)
    assert folded.added_at == datetime.fromtimestamp(1_579_514_088, UTC)
    assert folded.thumb == "/library/metadata/71/thumb/1579514152"
    assert (hollow.added_at, hollow.year, hollow.duration) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"key": "3", "type": "show"}, LibraryKind.SHOWS),
        ({"key": 3, "type": "artist"}, LibraryKind.MUSIC),
        ({"id": "3", "key": "/library/sections/3", "type": "photo"}, LibraryKind.PHOTOS),
        ({"key": "3", "type": "movie", "agent": "com.plexapp.agents.none"}, LibraryKind.VIDEOS),
        ({"key": "3", "type": "hologram"}, LibraryKind.OTHER),
        ({"key": "/library/sections/3", "type": "movie"}, None),
        ({"key": "3"}, None),
        ({"type": "movie"}, None),
    ],
)
def test_library_has_key_and_kind(fields: dict[str, object], expected: LibraryKind | None) -> None:
    """The key is in one of two places."""
    library = Library.parse(fields)
    assert (library and library.kind) is expected
    if library is not None:
        assert (library.key, library.title, library.uuid) == ("3", "3", "section-3")


def test_identity_without_an_identifier_is_rejected() -> None:
    """Another service may answer JSON at this address."""
    assert ServerIdentity.parse({"machineIdentifier": " ", "version": "1"}) is None
    assert ServerInfo.parse({"friendlyName": "Nobody"}) is None


@pytest.mark.parametrize(
    ("value", "as_flag", "as_integer", "as_text"),
    [
        (True, True, 1, None),
        (False, False, 0, None),
        (1, True, 1, "1"),
        ("0", False, 0, "0"),
        ("true", True, None, "true"),
        (" No ", False, None, "No"),
        ("2.9", True, 2, "2.9"),
        ("", None, None, None),
        ("nan", None, None, "nan"),
        ("inf", None, None, "inf"),
        (None, None, None, None),
        ([1], None, None, None),
        ({"a": 1}, None, None, None),
    ],
)
def test_field_is_parsed_from_number_string_or_boolean(
    value: object, as_flag: bool | None, as_integer: int | None, as_text: str | None
) -> None:
    """The type depends on the server version."""
    fields = {"it": value}
    assert boolean(fields, "it") is as_flag
    assert integer(fields, "it") == as_integer
    assert text(fields, "it") == as_text


@pytest.mark.parametrize("value", [0, -1, "never", 10**18, 10**300, None])
def test_timestamp_out_of_range_is_none(value: object) -> None:
    """It must not cause the item to be dropped."""
    assert timestamp({"at": value}, "at") is None
