"""Limits of what a server sends: bodies, objects, lists, texts."""

import logging
from typing import Final

import orjson
import pytest

from custom_components.plex_pulse.api import PlexErrorReason, PlexServerClient
from custom_components.plex_pulse.api.http.limits import (
    MAX_OBJECTS,
    UNCOUNTED_BODY_BYTES,
    has_too_many_objects,
    max_body_bytes,
)
from custom_components.plex_pulse.api.models.account import Resource
from custom_components.plex_pulse.api.models.coerce import (
    JsonObject,
    clean_text,
    multiline_text,
    number,
    text,
)
from custom_components.plex_pulse.api.models.media import MediaItem
from custom_components.plex_pulse.api.models.server import ServerInfo, ServerUpdate
from tests.simulator import Fault, PlexSimulator

from .helpers import failure

_KIB: Final = 1024


@pytest.mark.parametrize(
    ("path", "kibibytes"),
    [
        ("/identity", 16),
        ("/", 256),
        ("/media/providers", 512),
        ("/library/sections", 512),
        ("/status/sessions", 2048),
        ("/library/sections/1/all", 2048),
        ("/status/sessions/history/all", 2048),
        ("/api/v2/pins", 16),
        ("/api/v2/pins/123", 16),
        ("/api/v2/user", 512),
        ("/api/v2/resources", 2048),
    ],
)
def test_each_endpoint_has_a_body_limit(path: str, kibibytes: int) -> None:
    assert max_body_bytes(path) == kibibytes * _KIB


async def test_body_above_the_limit_of_its_endpoint_is_too_large(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.faults.add("/identity", Fault.oversize(17 * _KIB))
    error = await failure(client.get_identity())
    assert error.reason is PlexErrorReason.TOO_LARGE
    assert error.message == "The response is larger than 16 KiB"
    await client.get_identity()


@pytest.mark.parametrize("entry", [{"": ""}, [0, 1]])
async def test_body_of_too_many_objects_is_refused_before_decoding(
    simulator: PlexSimulator, client: PlexServerClient, entry: object
) -> None:
    body = {"MediaContainer": {"Metadata": [entry] * MAX_OBJECTS}}
    assert len(orjson.dumps(body)) > UNCOUNTED_BODY_BYTES
    simulator.faults.add("/status/sessions", Fault.wrong_json(body))
    error = await failure(client.get_sessions())
    assert error.reason is PlexErrorReason.TOO_LARGE
    assert error.message == "The response has more than 50000 objects and lists"
    await client.get_sessions()


async def test_small_body_of_too_many_objects_has_no_sessions(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    body: JsonObject = {"MediaContainer": {"Metadata": [{}] * MAX_OBJECTS}}
    simulator.faults.add("/status/sessions", Fault.wrong_json(body))
    assert await client.get_sessions() == ()


def test_objects_are_counted_alike_in_text_and_bytes() -> None:
    document = "[" + ",".join(["{}"] * (MAX_OBJECTS - 1)) + "]"
    assert not has_too_many_objects(document)
    assert not has_too_many_objects(document.encode())
    assert has_too_many_objects(f"[{document}]")
    assert has_too_many_objects(f"[{document}]".encode())


async def test_list_of_more_than_500_streams_is_cut_and_logged_once(
    simulator: PlexSimulator, client: PlexServerClient, caplog: pytest.LogCaptureFixture
) -> None:
    def listing(count: int) -> Fault:
        """Return a response with so many sessions."""
        listed = [{"sessionKey": str(key), "type": "movie"} for key in range(count)]
        return Fault.wrong_json({"MediaContainer": {"Metadata": listed}})

    def warnings() -> int:
        """Return the number of warnings."""
        return sum(record.levelno == logging.WARNING for record in caplog.records)

    for expected in (1, 1):
        simulator.faults.add("/status/sessions", listing(600))
        assert len(await client.get_sessions()) == 500
        assert warnings() == expected
    simulator.faults.add("/status/sessions", listing(500))
    assert len(await client.get_sessions()) == 500
    simulator.faults.add("/status/sessions", listing(501))
    await client.get_sessions()
    assert warnings() == 2


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("Harbour", "Harbour"),
        ("  Harbour\n", "Harbour"),
        ("two\r\nlines", "two lines"),
        ("a\x00b\x1b[2Jc\x7fd\x9be", "a b [2Jc d e"),
        ("\v\f\x1c\x85\u2028\u2029", ""),
        ("\u202etxt.exe\u202c \u2066x\u2069", "txt.exe   x"),
        ("half \ud83d pair", "half   pair"),
        ("سفينة في الضباب", "سفينة في الضباب"),
        ("👩\u200d🚀 a\u200cb", "👩\u200d🚀 a\u200cb"),
        ("10\u00a0km 映画\u3000館", "10\u00a0km 映画\u3000館"),
    ],
)
def test_text_loses_control_characters_and_line_breaks(sent: str, shown: str) -> None:
    assert clean_text(sent) == shown
    assert text({"title": sent}, "title") == (shown or None)


def test_texts_are_cut_to_the_length_of_their_kind() -> None:
    long = "x" * 20_000
    item = MediaItem.parse({"title": long, "summary": long, "librarySectionTitle": long})
    lengths = [len(part or "") for part in (item.title, item.summary, item.library_title)]
    assert lengths == [1_024, 10_000, 255]
    server = ServerInfo.parse(
        {"machineIdentifier": "m", "friendlyName": long, "ownerFeatures": "a," * 1_000 + "pass"}
    )
    assert server is not None
    assert len(server.name) == 255
    assert server.has_plex_pass


def test_release_notes_keep_their_lines() -> None:
    release = {"version": "1", "added": "one\r\ntwo\x1b[2J\n\n\x85three"}
    update = ServerUpdate.parse({"Release": release})
    assert update.added == "one\ntwo [2J\n\nthree"
    assert len(multiline_text({"added": "a\n" * 20_000}, "added") or "") < 10_000
    assert multiline_text({"added": 7}, "added") is None


@pytest.mark.parametrize("digits", ["9" * 65, "0" * 5_000 + "1", " " * 100 + "1"])
def test_number_of_more_than_64_characters_is_unknown(digits: str) -> None:
    assert number({"size": digits}, "size") is None


def test_token_of_4096_characters_is_complete_and_50_addresses_are_read() -> None:
    connections = [
        {"uri": f"https://192.0.2.{n}:1", "address": f"192.0.2.{n}", "port": 1} for n in range(99)
    ]
    resource = Resource.parse(
        {
            "provides": "server",
            "clientIdentifier": "m",
            "accessToken": "t" * 4_096,
            "connections": connections,
        }
    )
    assert resource is not None
    assert len(resource.access_token) == 4_096
    assert len(resource.connections) == 50


async def test_page_of_a_server_that_ignores_paging_is_cut(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    rows = [{"ratingKey": str(key), "type": "movie", "title": "a"} for key in range(300)]
    everything = {"MediaContainer": {"size": 300, "Metadata": rows}}
    simulator.faults.add("/library/onDeck", Fault.wrong_json(everything))
    assert [item.rating_key for item in await client.get_on_deck(limit=2)] == ["0", "1"]
    simulator.faults.add("/status/sessions/history/all", Fault.wrong_json(everything))
    page = await client.get_history_rows(start=298, size=100)
    assert [row.rating_key for row in page.rows] == [298, 299]
    assert page.total == 300
    body = orjson.dumps(everything)
    assert len(body) < max_body_bytes("/library/onDeck")
