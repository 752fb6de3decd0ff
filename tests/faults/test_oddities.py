"""Sessions, titles, numbers and clocks that are odd, beside a film that is not."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from tests.integration.clock import HeldFreezerClock
from tests.integration.conftest import Live
from tests.integration.events import LIBRARY, PLAYBACK, EventListener, add_film
from tests.integration.support import heard, reading, state_of
from tests.simulator import Fault, Item, PlexSimulator
from tests.simulator.people import PHONE
from tests.simulator.session_tree import session_tree

from .recovery import READ, STREAMS, Before, titles

TITLES: Final = {
    "10,000 characters": "Tide " * 2_000,
    "right to left": "\u202eسفينة في الضباب\u202c",
    "emoji": "\U0001f30a\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f3f4\u200d\u2620\ufe0f",
    "null": None,
    "markup": "<script>alert(1)</script> {{ states('sun.sun') }}",
}

NUMBERS: Final = {
    "negative": -1,
    "huge": 10**30,
    "not a number": "NaN",
    "infinite": "Infinity",
    "words": "many",
    "a list": [1, 2],
    "null": None,
}


def _listing(*trees: Mapping[str, object]) -> Fault:
    """Return an answer that lists sessions just so."""
    return Fault.wrong_json({"MediaContainer": {"size": len(trees), "Metadata": trees}})


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
    simulator.faults.add(READ, _listing(tree, session_tree(plain, simulator.clock())))
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
    named: str,
) -> None:
    title = str(TITLES[named])
    movies = simulator.library.section_titled("Movies")
    listener = EventListener(hass, LIBRARY)
    film = add_film(simulator, title)
    simulator.library.rename_section(movies, title)
    await heard(hass, simulator)
    await live(10)
    assert listener.heard == [("added", title.strip()[:255])]
    simulator.library.remove_item(film)
    simulator.library.rename_section(movies, "Movies")
    await heard(hass, simulator)
    await live(10)
    assert listener.heard == [("deleted", title.strip()[:255])]
    before.assert_back()


@pytest.mark.parametrize("number", NUMBERS.values(), ids=NUMBERS)
async def test_whatever_a_number_is_the_stream_is_shown_and_so_is_the_other(
    hass: HomeAssistant,
    before: Before,
    simulator: PlexSimulator,
    film: Item,
    live: Live,
    number: object,
) -> None:
    session = simulator.sessions.start(film, method="transcode")
    plain = simulator.sessions.start(film, player=PHONE)
    odd = _with_numbers(session_tree(session, simulator.clock()), number)
    odd["sessionKey"] = session.session_key
    simulator.faults.add(READ, _listing(odd, session_tree(plain, simulator.clock())))
    await heard(hass, simulator)
    assert reading(hass, STREAMS) == "2"
    first, second = state_of(hass, STREAMS).attributes["streams"]
    assert first["bandwidth"] is None
    assert first["progress"] is None
    assert second["progress"] == 0
    assert second["bandwidth"] == plain.bandwidth
    # The next read is sound again.
    await live(601, step=10)
    assert state_of(hass, STREAMS).attributes["streams"][0]["bandwidth"] == session.bandwidth
    before.assert_back()


def _with_numbers(tree: Mapping[str, object], number: object) -> dict[str, object]:
    """Return a tree in which every number is another."""
    return {
        key: [_with_numbers(item, number) for item in value]
        if isinstance(value, list)
        else _with_numbers(value, number)
        if isinstance(value, dict)
        else number
        if isinstance(value, int | float) and not isinstance(value, bool)
        else value
        for key, value in tree.items()
    }


async def test_numbers_that_no_json_has_are_got_over_by_the_next_read(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    session = simulator.sessions.start(film)
    tree = {**session_tree(session, simulator.clock()), "viewOffset": float("nan")}
    simulator.faults.add(READ, _listing(tree))
    simulator.push.send(
        {
            "NotificationContainer": {
                "type": "playing",
                "size": 1,
                "PlaySessionStateNotification": [{"viewOffset": float("nan")}],
            }
        }
    )
    await heard(hass, simulator)
    await live(2)
    assert titles(hass) == [film.title]
    before.assert_back()


async def test_a_session_of_a_library_nobody_knows_hides_no_other(
    hass: HomeAssistant, before: Before, simulator: PlexSimulator, film: Item, live: Live
) -> None:
    foreign = simulator.sessions.start(film)
    plain = simulator.sessions.start(film, player=PHONE)
    tree = session_tree(foreign, simulator.clock())
    unknown = {**tree, "librarySectionID": "97", "librarySectionTitle": "", "title": "From afar"}
    simulator.faults.add(READ, _listing(unknown, session_tree(plain, simulator.clock())), times=1)
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
