"""An end that is reported while the sessions are read, or right before the next item."""

from collections.abc import Mapping
from typing import Final

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import PlexSimulator

from .conftest import RunFor
from .event_recorder import EventListener
from .scripted_sessions import ScriptedSessions

pytestmark = pytest.mark.push

MARIN: Final = ("marin", "playing")
STOPS: Final[dict[str, Mapping[str, object]]] = {
    "item": {"ratingKey": "600"},
    "player": {"clientIdentifier": "player of marlow"},
    "nothing": {},
    "other key": {"sessionKey": "99", "ratingKey": "600"},
    "other key, with the player": {
        "sessionKey": "99",
        "ratingKey": "600",
        "clientIdentifier": "player of marlow",
    },
    "key": {"sessionKey": "91", "ratingKey": "600"},
}


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server without sessions."""
    await run_for(12)
    return ScriptedSessions(hass, simulator, run_for)


@pytest.mark.parametrize("others", [(), ("90",)], ids=["alone", "another stream"])
@pytest.mark.parametrize("seconds", [2, 6])
@pytest.mark.parametrize("stop", STOPS.values(), ids=STOPS)
async def test_stop_during_the_read_of_the_start_removes_the_stream(
    server: ScriptedSessions,
    listener: EventListener,
    stop: Mapping[str, object],
    seconds: int,
    others: tuple[str, ...],
) -> None:
    """The response lists the sessions at the time of the request."""
    for key in others:
        server.list_session(key, user="marin")
        await server.report(key, "playing", ratingKey="500")
        await server.run_for(1)
    listener.events.clear()
    server.list_session("91", item="600", user="marlow")
    server.delay_responses(seconds)
    await server.report("91", "playing", ratingKey="600")
    await server.run_for(1)
    server.unlist("91")
    await server.report(None, "stopped", **stop)
    await server.run_for(19, *others)
    assert server.streams == [MARIN for _ in others]
    kinds = [kind for kind, _ in listener.new_events]
    assert kinds in ([], ["started", "stopped"])
    server.count_reads()
    await server.run_for(60, *others)
    assert server.count_reads() <= 1
    assert not listener.new_events


@pytest.mark.parametrize("is_inverted", [False, True])
@pytest.mark.parametrize("listed_seconds", [0, 3, 6])
async def test_ended_item_that_is_still_listed_is_not_started_again(
    server: ScriptedSessions, listener: EventListener, listed_seconds: int, is_inverted: bool
) -> None:
    """The player has gone on to the next item under the same key."""
    server.list_session("91", item="600")
    await server.report("91", "playing", ratingKey="600")
    await server.run_for(10, "91", item="600")
    assert listener.new_events == [("started", "Item 600")]
    reports = [("stopped", "600"), ("playing", "601")]
    for state, item in reversed(reports) if is_inverted else reports:
        await server.report("91", state, ratingKey=item, viewOffset=0)
    await server.run_for(listed_seconds)
    server.list_session("91", item="601", offset=0)
    await server.run_for(10 - listed_seconds)
    await server.report("91", "playing", ratingKey="601", viewOffset=10_000)
    assert listener.new_events == [("stopped", "Item 600"), ("started", "Item 601")]
    assert server.streams == [("juniper", "playing")]


async def test_item_that_is_stopped_and_played_again_is_shown_at_once(
    server: ScriptedSessions, listener: EventListener
) -> None:
    server.list_session("91", item="600")
    await server.report("91", "playing", ratingKey="600")
    await server.run_for(1)
    await server.report("91", "stopped", ratingKey="600")
    await server.report("91", "playing", ratingKey="600")
    await server.run_for(1)
    assert server.streams == [("juniper", "playing")]
    assert [kind for kind, _ in listener.new_events] == ["started", "stopped", "started"]
