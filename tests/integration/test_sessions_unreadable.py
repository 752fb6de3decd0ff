"""The sessions endpoint fails while all other endpoints work."""

from homeassistant.const import STATE_ON, STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.clocks import HeldFreezerClock
from tests.entity_ids import CONNECTED, MOVIES, PLAYBACK, STATUS, STREAMS
from tests.simulator import Fault, PlexSimulator

from .conftest import TOKEN, Advance, RunFor
from .event_recorder import EventListener
from .helpers import log_messages, settle, state_value
from .scripted_sessions import SESSIONS_PATH, ScriptedSessions

pytestmark = pytest.mark.push


@pytest.fixture
async def server(
    hass: HomeAssistant, entry_with_push: MockConfigEntry, simulator: PlexSimulator, run_for: RunFor
) -> ScriptedSessions:
    """Return a server with two sessions."""
    await run_for(12)
    server = ScriptedSessions(hass, simulator, run_for)
    server.list_session("1")
    server.list_session("2", user="marin")
    await server.report("1", "playing", ratingKey="500")
    await run_for(1)
    return server


def _break(simulator: PlexSimulator, fault: Fault) -> None:
    """Make every read of the sessions fail."""
    simulator.faults.clear(SESSIONS_PATH)
    simulator.faults.add(SESSIONS_PATH, fault, times=None)


def _sessions_lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines above DEBUG that name the sessions."""
    return [text for _, text in log_messages(caplog) if "sessions" in text]


async def test_reported_streams_stay_and_others_expire_after_a_minute(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    listener = EventListener(hass, PLAYBACK)
    movies = state_value(hass, MOVIES)
    _break(simulator, Fault.status(404))
    # A report of an unknown session triggers a read.
    await server.report("3", "playing", ratingKey="600")
    await server.run_for(40, "1")
    assert server.streams == [("juniper", "playing"), ("marin", "playing")]
    assert state_value(hass, STATUS) == "client"
    await server.run_for(22, "1")
    assert server.streams == [("juniper", "playing")]
    await server.report("1", "paused", ratingKey="500")
    assert server.streams == [("juniper", "paused")]
    await server.run_for(120, "1")
    assert server.streams == [("juniper", "playing")]
    await server.report("1", "stopped", ratingKey="500")
    assert server.streams == []
    assert (state_value(hass, CONNECTED), state_value(hass, MOVIES)) == (STATE_ON, movies)
    assert [kind for kind, _ in listener.new_events] == ["stopped", "paused", "resumed", "stopped"]


async def test_unreported_streams_become_unavailable_after_a_minute(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator, run_for: RunFor
) -> None:
    listener = EventListener(hass, PLAYBACK)
    movies = state_value(hass, MOVIES)
    _break(simulator, Fault.status(500))
    await server.report("3", "playing", ratingKey="600")
    await run_for(50)
    assert state_value(hass, STREAMS) == "2"
    await run_for(13)
    assert state_value(hass, STREAMS) == STATE_UNAVAILABLE
    assert (state_value(hass, CONNECTED), state_value(hass, MOVIES)) == (STATE_ON, movies)
    # A stream that is listed after the recovery has neither stopped nor started.
    server.list_session("1")
    await run_for(12)
    assert state_value(hass, STREAMS) == "2"
    assert listener.new_events == []


async def test_streams_expire_while_their_verification_hangs(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    clock: HeldFreezerClock,
    advance: Advance,
) -> None:
    _break(simulator, Fault.hang())
    await server.run_for(44)
    assert state_value(hass, STREAMS) == "2"
    for _ in range(17):
        await advance(1)
    await settle(hass)
    assert state_value(hass, STREAMS) in {"0", STATE_UNAVAILABLE}


@pytest.mark.parametrize("status", [401, 403, 404])
@pytest.mark.timeout(120)
async def test_sessions_that_are_rejected_for_good_are_read_less_and_less(
    hass: HomeAssistant,
    server: ScriptedSessions,
    simulator: PlexSimulator,
    caplog: pytest.LogCaptureFixture,
    status: int,
) -> None:
    _break(simulator, Fault.status(status))
    await server.report("3", "playing", ratingKey="600")
    server.count_reads()
    # As many reads in the first two minutes as there are polls, and then one in a minute.
    await server.run_for(120)
    assert server.count_reads() <= 14
    await server.run_for(60)
    assert not _sessions_lines(caplog)
    server.count_reads()
    for key in ("4", "5", "6"):
        # Further sessions, and further ends, cost no reads of their own.
        await server.report(key, "playing", ratingKey="600")
        await server.report("9", "stopped", ratingKey="500")
        await server.run_for(60)
    assert server.count_reads() <= 4
    kind = "client" if status == 404 else "server"
    assert state_value(hass, STATUS) == kind
    assert state_value(hass, CONNECTED) == STATE_ON
    await server.run_for(60)
    (line,) = _sessions_lines(caplog)
    assert line.startswith(
        f"Harbour: sessions cannot be read: GET /status/sessions: {kind} {status}"
    )
    # It is read again within a minute, and then as usual.
    server.list_session("4", item="600", user="marlow")
    await server.run_for(61)
    assert ("marlow", "playing") in server.streams
    assert state_value(hass, STATUS) == "ok"
    assert _sessions_lines(caplog) == [line, "Harbour: sessions can be read again"]
    server.list_session("8", item="700", user="mira")
    await server.report("8", "playing", ratingKey="700")
    await server.run_for(1)
    assert ("mira", "playing") in server.streams


async def test_failing_verifications_end_after_a_minute_and_polls_go_on(
    server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    _break(simulator, Fault.html())
    await server.run_for(300)
    server.count_reads()
    await server.run_for(120)
    # One each ten seconds.
    assert server.count_reads() <= 13


async def test_streams_are_current_15_seconds_after_a_short_refusal_of_the_token(
    server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    simulator.revoke(TOKEN)
    _break(simulator, Fault.status(401))
    await server.report("4", "playing", ratingKey="600")
    await server.run_for(12)
    simulator.tokens.add_owner(TOKEN)
    server.list_session("4", item="600", user="mira")
    await server.run_for(14)
    assert ("mira", "playing") in server.streams


async def test_reads_for_reported_sessions_end_two_minutes_after_the_token_is_refused(
    hass: HomeAssistant, server: ScriptedSessions, simulator: PlexSimulator
) -> None:
    simulator.revoke(TOKEN)
    _break(simulator, Fault.status(401))
    await server.report("4", "playing", ratingKey="600")
    await server.run_for(150, "4", item="600")
    assert state_value(hass, STATUS) == "authentication"
    server.count_reads()
    await server.run_for(120, "4", item="600")
    assert server.count_reads() <= 3
