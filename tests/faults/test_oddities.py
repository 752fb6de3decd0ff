"""Titles, sessions and clocks that are odd, beside a film that is not."""

from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_pulse.const import DOMAIN
from tests.integration.clock import HeldFreezerClock
from tests.integration.conftest import Live
from tests.integration.events import LIBRARY, PLAYBACK, EventListener, add_film
from tests.integration.support import heard, reading
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.session_tree import session_tree
from tests.simulator.users_and_players import PHONE

from .listed import listing
from .recovery import READ, STATUS, Before, titles

LAST_ADDED: Final = "sensor.harbour_movies_last_added"

TITLES: Final = {
    "10,000 characters": "Tide " * 2_000,
    "right to left": "\u202eسفينة في الضباب\u202c",
    "emoji": "\U0001f30a\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\u200d\u2620\ufe0f",
    "null": None,
    "markup": "<script>alert(1)</script> {{ states('sun.sun') }}",
}


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
async def test_whatever_a_title_is_it_is_shown_and_told(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    title: str | None,
) -> None:
    odd = add_film(simulator)
    await heard(hass, simulator)
    await live(10)
    listener = EventListener(hass, PLAYBACK)
    session = simulator.sessions.start(odd)
    tree: dict[str, object] = {**session_tree(session, simulator.clock()), "title": title}
    plain = simulator.sessions.start(film, player=PHONE)
    simulator.faults.add(READ, listing(tree, session_tree(plain, simulator.clock())))
    await heard(hass, simulator)
    stripped = title and title.strip()
    assert titles(hass) == [stripped, film.title]
    assert [heard_title for _, heard_title in listener.heard] == [
        stripped and stripped[:255],
        film.title,
    ]
    simulator.sessions.stop(session)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    before.assert_back()


@pytest.mark.parametrize("named", [name for name in TITLES if TITLES[name]])
async def test_whatever_a_library_and_its_news_are_called_they_are_shown(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    live: Live,
    device_registry: dr.DeviceRegistry,
    named: str,
) -> None:
    title = str(TITLES[named])
    movies = simulator.library.section_titled("Movies")
    identifier = (DOMAIN, f"{before.entry.unique_id}_{movies.uuid}")

    def name() -> str | None:
        """Return what the library's device is called."""
        device = device_registry.async_get_device_by_identifier(identifier, before.entry.entry_id)
        return device.name if device is not None else None

    assert name() == "Harbour Movies"
    former = reading(hass, LAST_ADDED)
    listener = EventListener(hass, LIBRARY)
    film = add_film(simulator, title)
    simulator.library.rename_section(movies, title)
    await heard(hass, simulator)
    await live(10)
    assert listener.heard == [("added", title.strip()[:255])]
    assert name() == f"Harbour {title.strip()}"
    assert reading(hass, LAST_ADDED) == title.strip()[:255]
    simulator.library.remove_item(film)
    simulator.library.rename_section(movies, "Movies")
    await heard(hass, simulator)
    await live(10)
    assert listener.heard == [("deleted", title.strip()[:255])]
    assert name() == "Harbour Movies"
    assert reading(hass, LAST_ADDED) == former
    before.assert_back()


async def test_a_session_of_a_library_nobody_knows_hides_no_other(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    foreign = simulator.sessions.start(film)
    plain = simulator.sessions.start(film, player=PHONE)
    tree = session_tree(foreign, simulator.clock())
    unknown = {**tree, "librarySectionID": "97", "librarySectionTitle": "", "title": "From afar"}
    simulator.faults.add(READ, listing(unknown, session_tree(plain, simulator.clock())), times=1)
    await heard(hass, simulator)
    assert titles(hass) == ["From afar", film.title]
    simulator.sessions.stop(foreign)
    await heard(hass, simulator)
    assert titles(hass) == [film.title]
    before.assert_back()


async def test_a_clock_that_is_set_back_stops_nothing(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    clock: HeldFreezerClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    simulator.sessions.start(film)
    await heard(hass, simulator)
    simulator.faults.add(READ, Fault.status(429, {"Retry-After": "20"}))
    simulator.sessions.start_live_tv("Tide tables")
    await heard(hass, simulator)
    await live(1)
    assert reading(hass, STATUS) == "rate_limit"
    day = timedelta(days=1)
    clock.epoch -= day.total_seconds()
    now = dt_util.now
    monkeypatch.setattr(dt_util, "now", lambda: now() - day)
    await live(30)
    assert titles(hass) == [film.title, "Tide tables"]
    simulator.clear_requests()
    # A server that asked for silence is polled half as often for a while.
    await live(20 * 60, step=20)
    assert 1 <= simulator.count(READ) <= 2
    before.assert_back()
