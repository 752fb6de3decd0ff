"""The states of the streams card, each with the way back to streams, in one page."""

from collections.abc import AsyncIterator
import re

from playwright.async_api import ViewportSize, expect
import pytest_asyncio

from tests.simulator import Fault
from tests.simulator.library import Kind
from tests.simulator.session import Session
from tests.simulator.users_and_players import JUNIPER, KESTREL, PHONE, TANSY

from .accessibility import AXE, assert_accessible, count_animations, find_small_targets
from .home import Home
from .observer import ObservedPage, OpenPage

PATH = "streams-states"
IMAGES = "/photo/:/transcode"
STREAMS = 20


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def loaded_page(module_page: ObservedPage, home: Home) -> ObservedPage:
    """Return the page with a streams card."""
    await home.save_dashboard(PATH, {"type": "custom:plex-pulse-streams"})
    await module_page.open(f"/{PATH}")
    await expect(module_page.card).to_be_visible()
    await module_page.keep()
    return module_page


@pytest_asyncio.fixture(loop_scope="session")
async def page(loaded_page: ObservedPage, home: Home) -> AsyncIterator[ObservedPage]:
    """Return the page while nothing plays; afterwards it is the same document without errors."""
    home.reset()
    loaded_page.errors.clear()
    await expect(loaded_page.card).to_contain_text("Nothing is playing")
    yield loaded_page
    assert loaded_page.errors == []
    assert loaded_page.foreign_urls == []
    assert await loaded_page.is_kept()


async def test_idle_card_shows_on_deck_and_what_was_played_last(
    page: ObservedPage, home: Home
) -> None:
    await expect(page.shelf.locator("li").first).to_be_visible()
    await assert_accessible(page.card)
    film = home.find(Kind.MOVIE)
    session = home.server.sessions.start(film, user=JUNIPER)
    await expect(page.row(film.title)).to_contain_text("ends ")
    await expect(page.shelf).to_have_count(0)
    home.server.sessions.stop(session)
    await expect(page.card).to_contain_text(f"Last: {film.title}")
    await expect(page.card).to_contain_text(JUNIPER.name)
    await expect(page.shelf.locator("li").first).to_be_visible()


async def test_buffering_stream_says_for_how_long(page: ObservedPage, home: Home) -> None:
    film = home.find(Kind.MOVIE)
    session = home.server.sessions.start(film)
    row = page.row(film.title)
    await expect(row).to_contain_text("ends ")
    home.server.sessions.buffer(session)
    await expect(row).to_contain_text(re.compile(r"buffering \d+\ssec"))
    await expect(row.locator(".ring")).to_be_visible()
    assert await count_animations(page.card) > 0
    await assert_accessible(page.card)
    home.server.sessions.resume(session)
    await expect(row).to_contain_text("ends ")
    await expect(row.locator(".ring")).to_have_count(0)


async def test_live_tv_has_a_live_mark_and_no_end(page: ObservedPage, home: Home) -> None:
    session = home.server.sessions.start_live_tv("The Evening Tide Tables", user=KESTREL)
    row = page.row("The Evening Tide Tables")
    await expect(row).to_contain_text("LIVE")
    await expect(row).to_contain_text(re.compile(r"watching \d+\ssec"))
    await expect(row).not_to_contain_text("ends ")
    await assert_accessible(page.card)
    home.server.sessions.stop(session)
    await expect(page.rows).to_have_count(0)
    # The program's picture is at the provider, which does not exist here.
    page.take_image_errors()


async def test_music_has_artist_album_and_a_square_cover(page: ObservedPage, home: Home) -> None:
    track = home.find(Kind.TRACK)
    session = home.server.sessions.start(track, user=TANSY)
    row = page.row(track.title)
    assert track.parent is not None
    assert track.parent.parent is not None
    await expect(row).to_contain_text(f"{track.parent.parent.title} — {track.parent.title}")
    await expect(row.locator(".art.square img")).to_be_visible()
    await expect(row).to_contain_text("ends ")
    await assert_accessible(page.card)
    home.server.sessions.stop(session)
    await expect(page.rows).to_have_count(0)


async def test_photo_has_no_progress(page: ObservedPage, home: Home) -> None:
    photo = home.find(Kind.PHOTO)
    session = home.server.sessions.start(photo, user=TANSY)
    row = page.row(photo.title)
    await expect(row).to_contain_text("Photo")
    await expect(row.get_by_role("progressbar")).to_have_count(0)
    await assert_accessible(page.card)
    home.server.sessions.stop(session)
    await expect(page.rows).to_have_count(0)


async def test_transcode_shows_what_is_converted_and_why(page: ObservedPage, home: Home) -> None:
    film = home.find(Kind.MOVIE)
    session = home.server.sessions.start(
        film,
        user=JUNIPER,
        player=PHONE,
        method="transcode",
        hardware=True,
        bandwidth=3900,
        location="wan",
        transcoding_for=60,
    )
    row = page.row(film.title)
    await expect(row).to_contain_text("Transcode · hw")
    await expect(row).to_contain_text("→")
    await expect(row).to_contain_text("WAN")
    await expect(row.locator(".ahead")).to_be_attached()
    played = row.get_by_role("progressbar").locator("i").last
    # It moves without a message of the server.
    await expect(played).not_to_have_attribute("style", await played.get_attribute("style") or "")
    await row.get_by_role("button", name="Details of").click()
    details = page.card.get_by_role("dialog")
    await expect(details).to_contain_text("hardware")
    await expect(details).to_contain_text("Reason")
    await assert_accessible(page.card)
    await details.get_by_role("button", name="Close").click()
    await expect(details).to_have_count(0)
    home.server.sessions.change_method(session, "direct_play")
    await expect(row).to_contain_text("Direct play")
    await expect(row).not_to_contain_text("→")


async def test_twenty_streams_are_compact_and_eight_are_not(page: ObservedPage, home: Home) -> None:
    sessions = [start_film(home, number) for number in range(STREAMS)]
    await expect(page.rows).to_have_count(STREAMS)
    await expect(page.card.locator("ul.rows.compact")).to_be_visible()
    await expect(page.card).to_contain_text("20 streams")
    await expect(page.card.get_by_role("button", name="Stop")).to_have_count(0)
    await assert_accessible(page.card)
    for session in sessions[8:]:
        home.server.sessions.stop(session)
    await expect(page.rows).to_have_count(8)
    await expect(page.card.locator("ul.rows.compact")).to_have_count(0)
    await expect(page.card).to_contain_text("8 streams")


async def test_missing_image_is_an_icon_and_a_new_poster_is_shown(
    page: ObservedPage, home: Home
) -> None:
    film = home.find(Kind.MOVIE, 30)
    for path in (IMAGES, "/library/metadata/*"):
        home.server.faults.add(path, Fault.status(404), times=None)
    session = home.server.sessions.start(film)
    row = page.row(film.title)
    await expect(row.locator("plex-pulse-image div ha-icon")).to_be_visible()
    await expect(row.locator("img")).to_have_count(0)
    await assert_accessible(page.card)
    home.server.faults.clear()
    home.server.sessions.stop(session)
    other = home.find(Kind.MOVIE, 31)
    home.server.sessions.start(other)
    await expect(page.row(other.title).locator("img")).to_be_visible()
    assert all("404" in error for error in page.take_image_errors())


async def test_outage_says_since_when_and_ends_without_a_reload(
    page: ObservedPage, home: Home
) -> None:
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await expect(page.row(film.title)).to_be_visible()
    await home.server.stop()
    await expect(page.card).to_contain_text("Harbour is unavailable")
    await expect(page.card).to_contain_text(re.compile(r"since \d+:\d\d"))
    await expect(page.rows).to_have_count(0)
    await assert_accessible(page.card)
    retry = page.card.get_by_role("button", name="Retry")
    await retry.click()
    # For a moment, so that it is not pressed again and again.
    await expect(retry).to_have_attribute("aria-disabled", "true")
    await home.server.start()
    home.server.sessions.start(film)
    await expect(page.row(film.title)).to_be_visible()
    await expect(page.card).not_to_contain_text("unavailable")
    # The poster may have been requested while the server was down.
    assert all("503" in error for error in page.take_image_errors())


async def test_stop_that_fails_shows_why_and_can_be_repeated(
    page: ObservedPage, home: Home
) -> None:
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await page.row(film.title).get_by_role("button", name="Stop").click()
    dialog = page.card.get_by_role("alertdialog")
    home.server.faults.add("/status/sessions/terminate", Fault.status(500), times=None)
    await dialog.get_by_role("button", name="Stop stream").click()
    await expect(dialog.get_by_role("alert")).to_be_visible()
    await assert_accessible(page.card)
    home.server.faults.clear()
    await dialog.get_by_role("button", name="Stop stream").click()
    await expect(dialog).to_have_count(0)
    await expect(page.rows).to_have_count(0)


async def test_dark_phone_is_accessible_without_motion(
    open_home_page: OpenPage, home: Home
) -> None:
    home.reset()
    sessions = [start_film(home, number) for number in range(3)]
    home.server.sessions.buffer(sessions[0])
    home.server.sessions.pause(sessions[1])
    page = await open_home_page(
        color_scheme="dark",
        reduced_motion="reduce",
        viewport=ViewportSize(width=390, height=844),
        has_touch=True,
        locale="he-IL",
    )
    if AXE.exists():
        await page.page.add_init_script(path=AXE)
    await page.open(f"/{PATH}")
    await expect(page.card.locator(".ring")).to_be_visible()
    assert await count_animations(page.card) == 0
    await assert_accessible(page.card)
    assert await find_small_targets(page.card) == []
    await page.rows.last.locator("button.stop").tap()
    await expect(page.card.get_by_role("alertdialog")).to_be_visible()
    await assert_accessible(page.card)
    assert await find_small_targets(page.card) == []
    assert page.errors == []


def start_film(home: Home, number: int) -> Session:
    """Start a movie on a player of its own."""
    film = home.find(Kind.MOVIE, number)
    return home.server.sessions.start(film, session_id=f"film-{number}")
