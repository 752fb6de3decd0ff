"""Attack: texts of a server that start a log line, as programs that ban addresses read them."""

from collections.abc import Iterator
import logging
from typing import Final

from homeassistant.core import HomeAssistant
import orjson
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import Advance
from tests.integration.helpers import settle

from .server import HostileServer, frame, libraries, session, sessions

_LINE_BREAKS: Final = ("\n", "\r", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029")
_BAN: Final = (
    "2026-11-30 14:30:00.000 WARNING (MainThread) [homeassistant.components.http.ban] "
    "Login attempt or request with invalid authentication from router (192.168.1.1)."
)
_FORGED: Final = "Harbour" + "".join(f"{mark}{_BAN}" for mark in _LINE_BREAKS) + "\x1b[2J\u202e"


def _hostile(value: object) -> object:
    """Return a document with the forged line in each text that is shown."""
    if isinstance(value, dict):
        return {key: _hostile(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_hostile(item) for item in value]
    shown = isinstance(value, str) and " " in value
    return f"{value}{_FORGED}" if shown else value


def _messages(caplog: pytest.LogCaptureFixture) -> Iterator[str]:
    """Yield the messages of Plex Pulse, and those of Home Assistant that name it."""
    for phase in ("setup", "call"):
        for record in caplog.get_records(phase):
            if record.name.startswith(("custom_components.plex_pulse", "homeassistant.config_")):
                yield record.getMessage()


@pytest.mark.push
async def test_no_text_of_a_server_starts_a_log_line(
    hass: HomeAssistant,
    server: HostileServer,
    loaded_entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    advance: Advance,
) -> None:
    """Names, titles, versions, keys, error messages and headers, at the level DEBUG."""
    caplog.set_level(logging.DEBUG)
    server.bodies["/media/providers"] = orjson.dumps(
        _hostile(orjson.loads(libraries(2, friendlyName=_FORGED, version=_FORGED)))
    )
    server.bodies["/status/sessions"] = orjson.dumps(
        _hostile(orjson.loads(sessions(session(1, title=_FORGED, state=_FORGED))))
    )
    item = {
        "identifier": "com.plexapp.plugins.library",
        "sectionID": 1,
        "itemID": f"5{_FORGED}",
        "type": 1,
        "title": _FORGED,
        "state": 5,
        "metadataState": "created",
    }
    stream = {"sessionKey": _FORGED, "ratingKey": _FORGED, "state": _FORGED}
    await server.send(
        frame("timeline", "TimelineEntry", [item]),
        frame("playing", "PlaySessionStateNotification", [stream]),
    )
    await settle(hass)
    for seconds in (10, 60, 3600):
        await advance(seconds)
    for error in (
        orjson.dumps({"errors": [{"code": 1, "message": _FORGED}]}),
        f"<h1>{_FORGED}</h1>".encode(),
        _FORGED.encode(),
    ):
        server.status = 500
        server.default = error
        server.bodies = {}
        for seconds in (10, 60, 3600):
            await advance(seconds)
    messages = list(_messages(caplog))
    assert any("Login attempt" in message for message in messages), (
        "no message has the server's text"
    )
    assert not [text for text in messages if any(mark in text for mark in _LINE_BREAKS)]
    assert not [text for text in messages if "\x1b" in text or "\u202e" in text]


async def test_name_of_a_server_is_one_line_in_entry_devices_and_states(
    hass: HomeAssistant, server: HostileServer, loaded_entry: MockConfigEntry, advance: Advance
) -> None:
    server.bodies["/media/providers"] = orjson.dumps(
        _hostile(orjson.loads(libraries(2, friendlyName=_FORGED)))
    )
    server.bodies["/status/sessions"] = sessions(
        session(1, title=_FORGED, User={"id": "1", "title": _FORGED})
    )
    await advance(3600)
    shown = str([state.as_dict() for state in hass.states.async_all()])
    assert "Login attempt" in shown
    assert not any(repr(mark)[1:-1] in shown for mark in (*_LINE_BREAKS, "\x1b", "\u202e"))


async def test_names_longer_than_an_entity_id_log_no_errors(
    hass: HomeAssistant,
    server: HostileServer,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Each entity whose ID was cut at a space logged an error with a traceback."""
    server.bodies["/media/providers"] = libraries(8, title="\u96fb a" * 60, friendlyName="a " * 130)
    server.bodies["/status/sessions"] = sessions()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await settle(hass)
    records = caplog.get_records("call")
    assert not [record.getMessage() for record in records if record.levelno >= logging.ERROR]
    assert len(hass.states.async_all("sensor")) > 8
