"""Actions that change something on the server."""

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.core import HomeAssistant, SupportsResponse
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
import voluptuous as vol

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import Fault, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session import Session
from tests.simulator.users_and_players import PHONE

from .actions import call_action, get_response
from .conftest import Advance
from .helpers import deliver_push, state_value

TERMINATE = "/status/sessions/terminate"


@pytest.fixture
async def session(
    simulator: PlexSimulator, loaded_entry: MockConfigEntry, advance: Advance
) -> Session:
    """Return a stream that Plex Pulse has read."""
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    session = simulator.sessions.start(film)
    await advance(10)
    return session


@pytest.mark.usefixtures("session")
async def test_terminate_stream_stops_the_stream_with_a_message(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[1], player=PHONE)
    await advance(10)
    (first, second) = (await get_response(hass, "get_streams"))["streams"]
    await call_action(
        hass,
        "terminate_stream",
        session_key=second["session_key"],
        message="The lamp goes out.",
    )
    (request,) = [item for item in simulator.requests if item.path == TERMINATE]
    assert request.query["reason"] == "The lamp goes out."
    await advance(10)
    (remaining,) = (await get_response(hass, "get_streams"))["streams"]
    assert remaining["session_key"] == first["session_key"]


@pytest.mark.push
async def test_a_terminated_stream_is_removed_by_push_without_a_read(
    hass: HomeAssistant, simulator: PlexSimulator, entry_with_push: MockConfigEntry
) -> None:
    session = simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    await deliver_push(hass, simulator)
    assert state_value(hass, "sensor.harbour_active_streams") == "1"
    reads = simulator.count("/status/sessions")
    await call_action(hass, "terminate_stream", session_key=session.session_key)
    await deliver_push(hass, simulator)
    assert state_value(hass, "sensor.harbour_active_streams") == "0"
    assert simulator.count("/status/sessions") == reads


async def test_terminate_stream_requires_plex_pass_and_starts_no_reauth(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    loaded_entry: MockConfigEntry,
    advance: Advance,
) -> None:
    simulator.state.plex_pass = False
    await advance(3600)
    session = simulator.sessions.start(simulator.library.of_kind(Kind.MOVIE)[0])
    await advance(10)
    for _ in range(3):
        with pytest.raises(HomeAssistantError, match="owner needs Plex Pass"):
            await call_action(hass, "terminate_stream", session_key=session.session_key)
    assert not list(loaded_entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    assert (await get_response(hass, "get_streams"))["streams"]
    simulator.state.plex_pass = True
    await call_action(hass, "terminate_stream", session_key=session.session_key)


async def test_a_401_of_terminate_stream_does_not_start_reauth(
    hass: HomeAssistant, simulator: PlexSimulator, loaded_entry: MockConfigEntry, session: Session
) -> None:
    simulator.faults.add(TERMINATE, Fault.status(401))
    with pytest.raises(HomeAssistantError, match="does not allow this"):
        await call_action(hass, "terminate_stream", session_key=session.session_key)
    assert not list(loaded_entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    await call_action(hass, "terminate_stream", session_key=session.session_key)


async def test_terminating_a_stream_that_has_ended_is_a_validation_error(
    hass: HomeAssistant, simulator: PlexSimulator, session: Session, advance: Advance
) -> None:
    simulator.sessions.stop(session)
    for _ in range(2):
        with pytest.raises(ServiceValidationError, match="active stream with the session key 1"):
            await call_action(hass, "terminate_stream", session_key=session.session_key)
        await advance(10)
    assert simulator.count(TERMINATE) == 1


@pytest.mark.usefixtures("loaded_entry")
async def test_a_stream_that_cannot_be_terminated_is_a_validation_error(
    hass: HomeAssistant, simulator: PlexSimulator, advance: Advance
) -> None:
    track = simulator.library.of_kind(Kind.TRACK)[0]
    session = simulator.sessions.start(track, with_session=False)
    await advance(10)
    with pytest.raises(ServiceValidationError, match="cannot be terminated"):
        await call_action(hass, "terminate_stream", session_key=session.session_key)


@pytest.mark.usefixtures("loaded_entry")
async def test_an_item_is_marked_as_watched_and_unwatched(
    hass: HomeAssistant, simulator: PlexSimulator
) -> None:
    show = simulator.library.of_kind(Kind.SHOW)[-1]
    for action, is_watched in (("mark_watched", True), ("mark_unwatched", False)):
        # YAML reads an unquoted key as a number.
        await call_action(hass, action, rating_key=show.rating_key)
        assert {episode.view_count > 0 for episode in show.leaves()} == {is_watched}


@pytest.mark.usefixtures("loaded_entry")
@pytest.mark.parametrize("action", ["mark_watched", "mark_unwatched"])
async def test_an_unknown_item_is_a_validation_error(hass: HomeAssistant, action: str) -> None:
    with pytest.raises(ServiceValidationError, match="no item with the rating key 999999"):
        await call_action(hass, action, rating_key="999999")


@pytest.mark.usefixtures("loaded_entry")
@pytest.mark.parametrize("rating_key", ["", "-1", "1,2", "../1", "1\n", "²"])
async def test_an_invalid_rating_key_is_never_sent(
    hass: HomeAssistant, simulator: PlexSimulator, rating_key: str
) -> None:
    simulator.clear_requests()
    with pytest.raises(vol.Invalid):
        await call_action(hass, "mark_watched", rating_key=rating_key)
    assert not simulator.requests


@pytest.mark.usefixtures("loaded_entry")
@pytest.mark.parametrize(
    ("fields", "scanned"),
    [({"library": "music"}, ["Music"]), ({"library": "1"}, ["Movies"]), ({}, None)],
)
async def test_scan_library_scans_one_library_or_all(
    hass: HomeAssistant,
    simulator: PlexSimulator,
    fields: dict[str, str],
    scanned: list[str] | None,
) -> None:
    await call_action(hass, "scan_library", **fields)
    sections = simulator.library.sections.values()
    found = [section.title for section in sections if section.refreshing]
    assert found == (scanned or [section.title for section in sections])


@pytest.mark.parametrize(
    "action", ["scan_library", "terminate_stream", "mark_watched", "mark_unwatched"]
)
async def test_commands_return_no_response(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, action: str
) -> None:
    assert hass.services.supports_response(DOMAIN, action) is SupportsResponse.NONE
