"""Unusual titles, sessions and clocks, next to a regular stream."""

from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_pulse.api.models.coerce import clean_text
from custom_components.plex_pulse.const import DOMAIN
from tests.clocks import HeldFreezerClock
from tests.entity_ids import LIBRARY, MOVIES_LAST_ADDED, PLAYBACK, STATUS
from tests.fixtures.home_assistant import RunFor
from tests.integration.event_recorder import EventListener, add_film
from tests.integration.helpers import deliver_push, state_value
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import PHONE

from .assertions import SESSIONS_PATH, HealthyBaseline, stream_titles
from .payloads import sessions_response

pytestmark = pytest.mark.push

MAX_DEVICE_NAME_LENGTH: Final = 180
TITLES: Final = {
    "10,000 characters": "Tide " * 2_000,
    "right to left": "\u202eسفينة في الضباب\u202c",
    "emoji": "\U0001f30a\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\u200d\u2620\ufe0f",
    "null": None,
    "markup": "<script>alert(1)</script> {{ states('sun.sun') }}",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
async def test_unusual_titles_are_shown_and_sent_in_events(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    title: str | None,
) -> None:
    odd = add_film(simulator)
    await deliver_push(hass, simulator)
    await run_for(10)
    listener = EventListener(hass, PLAYBACK)
    session = simulator.sessions.start(odd)
    tree: dict[str, object] = {**session_tree(session, simulator.clock()), "title": title}
    plain = simulator.sessions.start(film, player=PHONE)
    simulator.faults.add(
        SESSIONS_PATH, sessions_response(tree, session_tree(plain, simulator.clock()))
    )
    await deliver_push(hass, simulator)
    shown = title and clean_text(title, 1_024)
    assert stream_titles(hass) == [shown, film.title]
    assert [event_title for _, event_title in listener.new_events] == [
        shown and shown[:255],
        film.title,
    ]
    simulator.sessions.stop(session)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


@pytest.mark.parametrize("named", [name for name in TITLES if TITLES[name]])
async def test_unusual_library_names_and_added_titles_are_shown(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    run_for: RunFor,
    device_registry: dr.DeviceRegistry,
    named: str,
) -> None:
    title = str(TITLES[named])
    movies = simulator.library.section_titled("Movies")
    identifier = (DOMAIN, f"{baseline.entry.unique_id}_{movies.uuid}")

    def name() -> str | None:
        """Return the name of the library's device."""
        device = device_registry.async_get_device_by_identifier(identifier, baseline.entry.entry_id)
        return device.name if device is not None else None

    assert name() == "Harbour Movies"
    former = state_value(hass, MOVIES_LAST_ADDED)
    listener = EventListener(hass, LIBRARY)
    film = add_film(simulator, title)
    simulator.library.rename_section(movies, title)
    await deliver_push(hass, simulator)
    await run_for(10)
    shown = clean_text(title, 255)
    assert [(kind, str(text).strip()) for kind, text in listener.new_events] == [("added", shown)]
    device_name = f"Harbour {shown}"
    if len(device_name) > MAX_DEVICE_NAME_LENGTH:
        # A longer name would make entity IDs that Home Assistant refuses.
        device_name = device_name[: len(name() or "")]
        assert len(device_name) > MAX_DEVICE_NAME_LENGTH * 0.9
    assert name() == device_name
    assert state_value(hass, MOVIES_LAST_ADDED).strip() == shown
    simulator.library.remove_item(film)
    simulator.library.rename_section(movies, "Movies")
    await deliver_push(hass, simulator)
    await run_for(10)
    assert [(kind, str(text).strip()) for kind, text in listener.new_events] == [("deleted", shown)]
    assert name() == "Harbour Movies"
    assert state_value(hass, MOVIES_LAST_ADDED) == former
    baseline.assert_recovered()


async def test_session_of_an_unknown_library_does_not_hide_others(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
) -> None:
    foreign = simulator.sessions.start(film)
    plain = simulator.sessions.start(film, player=PHONE)
    tree = session_tree(foreign, simulator.clock())
    unknown = {**tree, "librarySectionID": "97", "librarySectionTitle": "", "title": "From afar"}
    simulator.faults.add(
        SESSIONS_PATH, sessions_response(unknown, session_tree(plain, simulator.clock())), times=1
    )
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == ["From afar", film.title]
    simulator.sessions.stop(foreign)
    await deliver_push(hass, simulator)
    assert stream_titles(hass) == [film.title]
    baseline.assert_recovered()


async def test_system_clock_set_back_does_not_stop_polling(
    hass: HomeAssistant,
    baseline: HealthyBaseline,
    simulator: PlexSimulator,
    film: Item,
    run_for: RunFor,
    clock: HeldFreezerClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator.sessions.start(film)
    await deliver_push(hass, simulator)
    simulator.faults.add(SESSIONS_PATH, Fault.status(429, {"Retry-After": "20"}))
    simulator.sessions.start_live_tv("Tide tables")
    await deliver_push(hass, simulator)
    await run_for(1)
    assert state_value(hass, STATUS) == "rate_limit"
    day = timedelta(days=1)
    clock.epoch -= day.total_seconds()
    now = dt_util.now
    monkeypatch.setattr(dt_util, "now", lambda: now() - day)
    await run_for(40)
    assert stream_titles(hass) == [film.title, "Tide tables"]
    simulator.clear_requests()
    # The streams of the simulator are not reported here, so each is verified every 45 s.
    await run_for(20 * 60, step=20)
    assert 1 <= simulator.count(SESSIONS_PATH) <= 20 * 60 / 45 + 2
    baseline.assert_recovered()
