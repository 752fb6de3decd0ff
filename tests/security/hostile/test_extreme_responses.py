"""Attack: responses whose size or numbers block the event loop, or fill memory and registries."""

from collections.abc import Callable
from functools import partial
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.entity_ids import STREAMS
from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import entry_state, log_messages, settle, state_value, wait_until

from .event_loop import MAX_BLOCK_SECONDS, MAX_MEMORY_BYTES, measured_callbacks, measured_memory
from .server import HostileServer, libraries, session, sessions

pytestmark = pytest.mark.timeout(120)

_MEBIBYTE: Final = 2**20
_EMPTY_OBJECTS: Final = (
    b'{"MediaContainer":{"size":1,"totalSize":1,"Metadata":['
    + b",".join([b"{}"] * (16 * _MEBIBYTE // 3))
    + b"]}}"
)
_UNCLOSED: Final = b"[" * 16 * _MEBIBYTE
_ENDLESS: Final = b" " * 16 * _MEBIBYTE
_NUMBERS: Final = b'{"MediaContainer":[' + b",".join([b"1.5"] * 500_000) + b"]}"
_PATHS: Final = (
    "/identity",
    "/media/providers",
    "/status/sessions",
    "/library/sections",
    "/library/sections/1/all",
    "/activities",
    "/updater/status",
    "/myplex/account",
    "/accounts",
    "/devices",
    "/statistics/resources",
    "/statistics/media",
    "/status/sessions/history/all",
)


async def _poll_all(hass: HomeAssistant, advance: Advance) -> None:
    """Let each poll and retry run."""
    for seconds in (10, 20, 60, 900, 3600):
        await advance(seconds)
        await settle(hass)


@pytest.mark.parametrize(
    "body",
    [_EMPTY_OBJECTS, _UNCLOSED, _ENDLESS, _NUMBERS],
    ids=["objects", "open", "spaces", "1.5"],
)
async def test_bodies_of_16_mib_are_refused_on_every_endpoint(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    advance: Advance,
    body: bytes,
) -> None:
    """16 MiB of empty objects held the event loop for 2.8 s and took 500 MiB, at each poll."""
    well = dict(server.bodies)
    server.bodies |= dict.fromkeys(_PATHS, body)
    with measured_callbacks() as monitor:
        await _poll_all(hass, advance)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    with measured_memory() as memory:
        await _poll_all(hass, advance)
    assert memory.peak < MAX_MEMORY_BYTES
    server.bodies = well
    await _poll_all(hass, advance)
    assert state_value(hass, STREAMS) == "0"


async def test_server_with_2000_libraries_adds_500(
    hass: HomeAssistant,
    server: HostileServer,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    advance: Advance,
) -> None:
    server.bodies["/media/providers"] = libraries(2_000)
    with measured_callbacks() as monitor:
        assert await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert len(devices) == 501
    await advance(3600)
    assert [text for level, text in log_messages(caplog) if level == logging.WARNING] == [
        f"{entry.entry_id[-6:]}: the server lists more than 500 libraries, the others are ignored"
    ]


async def test_500_renamed_and_replaced_libraries_do_not_block_the_event_loop(
    hass: HomeAssistant, server: HostileServer, entry: MockConfigEntry, advance: Advance
) -> None:
    """Each changed device also updates its entities: 500 at once took 0.28 s."""
    server.bodies["/media/providers"] = libraries(500)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    registry = dr.async_get(hass)
    replaced = libraries(300, friendlyName="Haven").replace(b"bbbbbbbb-", b"cccccccc-")
    steps = [
        (501, "bbbbbbbb-", "Harbour Shows 500", libraries(500, "Shows")),
        (501, "bbbbbbbb-", "Haven Shows 500", libraries(500, "Shows", friendlyName="Haven")),
        (301, "cccccccc-", "Haven Films 300", replaced),
        (2, "bbbbbbbb-", "Haven Films 1", libraries(1, friendlyName="Haven")),
    ]

    def has_devices(count: int, uuids: str, first_name: str) -> bool:
        devices = dr.async_entries_for_config_entry(registry, entry.entry_id)
        found = {key for device in devices for _, key in device.identifiers if uuids in key}
        return len(devices) == count == len(found) + 1 and any(
            device.name == first_name for device in devices
        )

    for count, uuids, name, body in steps:
        # Home Assistant writes its registries in the event loop.
        await advance(60)
        server.bodies["/media/providers"] = server.bodies["/library/sections"] = body
        with measured_callbacks() as monitor:
            await advance(3600)
            await wait_until(partial(has_devices, count, uuids, name))
            await settle(hass)
        assert monitor.longest < MAX_BLOCK_SECONDS, (name, monitor.callback)


async def test_server_with_600_streams_shows_500(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    advance: Advance,
) -> None:
    server.bodies["/status/sessions"] = sessions(*map(session, range(600)))
    with measured_callbacks() as monitor:
        for _ in range(4):
            await advance(10)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    assert state_value(hass, STREAMS) == "500"
    assert len(log_messages(caplog)) == 1
    server.bodies["/status/sessions"] = sessions(session(1))
    await advance(10)
    assert state_value(hass, STREAMS) == "1"


async def test_20000_streams_are_refused(
    hass: HomeAssistant, server: HostileServer, loaded_entry: MockConfigEntry, advance: Advance
) -> None:
    """7 MB of sessions held the event loop for 7.6 s at each poll."""
    server.bodies["/status/sessions"] = sessions(*map(session, range(20_000)))
    with measured_callbacks() as monitor:
        await advance(10)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    server.bodies["/status/sessions"] = sessions(session(1))
    await advance(10)
    assert state_value(hass, STREAMS) == "1"


async def test_long_texts_are_cut_where_they_are_shown(
    hass: HomeAssistant, server: HostileServer, entry: MockConfigEntry, advance: Advance
) -> None:
    name = "l" * 400_000
    server.bodies["/media/providers"] = libraries(1, title=name, friendlyName="h" * 100_000)
    server.bodies["/status/sessions"] = sessions(
        session(1, title="t" * 1_000_000, User={"id": "1", "title": "u" * 900_000})
    )
    with measured_callbacks() as monitor:
        assert await hass.config_entries.async_setup(entry.entry_id)
        await settle(hass)
        await advance(10)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert max(len(device.name or "") for device in devices) <= 255 * 2 + 1
    attributes = [state.attributes for state in hass.states.async_all()]
    ((stream,),) = [shown["streams"] for shown in attributes if "streams" in shown]
    assert len(stream["title"]) == 1_024
    assert len(stream["user"]) == 255
    states = sum(len(str(state.as_dict())) for state in hass.states.async_all())
    assert states < 100_000


async def test_title_of_3_mb_is_refused_at_setup_and_recovers(
    hass: HomeAssistant, server: HostileServer, entry: MockConfigEntry, advance: Advance
) -> None:
    server.bodies["/status/sessions"] = sessions(session(1, title="t" * 3_000_000))
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry_state(entry) is ConfigEntryState.SETUP_RETRY
    server.bodies["/status/sessions"] = sessions(session(1))
    await advance(10)
    assert entry_state(entry) is ConfigEntryState.LOADED


_NESTED: Final[dict[str, Callable[[], object]]] = {
    "streams of a file": lambda: [
        {"Part": [{"Stream": [{"streamType": 3, "selected": False}] * 20_000}]}
    ],
    "files": lambda: [{"Part": [{}] * 20_000}],
    "versions": lambda: [{}] * 40_000,
}


@pytest.mark.parametrize("media", _NESTED.values(), ids=_NESTED)
async def test_long_lists_within_a_stream_do_not_block_the_event_loop(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    advance: Advance,
    media: Callable[[], object],
) -> None:
    server.bodies["/status/sessions"] = sessions(session(1, Media=media()))
    with measured_callbacks() as monitor:
        await advance(10)
    assert monitor.longest < MAX_BLOCK_SECONDS, monitor.callback
    assert state_value(hass, STREAMS) == "1"
