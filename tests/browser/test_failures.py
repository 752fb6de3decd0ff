"""Failures that a card shows and recovers from without a reload of the page."""

from collections.abc import AsyncIterator
import re

from playwright.async_api import expect
import pytest_asyncio

from tests.simulator import PlexSimulator
from tests.simulator.library import Kind

from .accessibility import assert_accessible
from .home import Home
from .observer import ObservedPage, OpenPage
from .websocket_errors import FailingCommands

PATH = "card-failures"
SHELF = {"type": "custom:plex-pulse-shelf", "source": "recently_added"}
TOP = {"type": "custom:plex-pulse-top"}
STREAMS = {"type": "custom:plex-pulse-streams"}
LIGHTHOUSE_TOKEN = "lighthouse-canary-token"
SHARED_TOKEN = "shared-canary-token"


@pytest_asyncio.fixture(loop_scope="session")
async def lighthouse() -> AsyncIterator[PlexSimulator]:
    """Return a second server without Plex Pass, which is not set up."""
    server = PlexSimulator(
        LIGHTHOUSE_TOKEN,
        friendly_name="Lighthouse",
        machine_identifier="7b1e4860a3d5c7f91b2e4d6081a3c5e75f0c2d9a",
        plex_pass=False,
    )
    async with server:
        yield server


@pytest_asyncio.fixture(loop_scope="session")
async def page(module_page: ObservedPage, home: Home) -> AsyncIterator[ObservedPage]:
    """Return a page; afterwards it is the same document without errors."""
    home.reset()
    await home.save_dashboard(PATH, STREAMS)
    await module_page.open(f"/{PATH}")
    await expect(module_page.card).to_contain_text("Nothing is playing")
    await module_page.keep()
    module_page.errors.clear()
    yield module_page
    assert module_page.errors == []
    assert module_page.foreign_urls == []
    assert await module_page.is_kept()


async def test_server_that_is_added_and_removed_comes_and_goes(
    page: ObservedPage, home: Home, lighthouse: PlexSimulator
) -> None:
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await expect(page.row(film.title)).to_be_visible()
    other = lighthouse.library.of_kind(Kind.MOVIE)[1]
    lighthouse.sessions.start(other)
    async with home.second_server(lighthouse, LIGHTHOUSE_TOKEN):
        await expect(page.row(other.title)).to_be_visible()
        await expect(page.card.locator("h3")).to_have_text(
            [
                re.compile("Harbour.*1 stream", re.DOTALL),
                re.compile("Lighthouse.*1 stream", re.DOTALL),
            ]
        )
        await assert_accessible(page.card)
    await expect(page.row(other.title)).to_have_count(0)
    await expect(page.card.locator("h3")).to_have_count(0)
    await expect(page.row(film.title)).to_be_visible()


async def test_stop_is_disabled_with_the_reason_without_plex_pass(
    page: ObservedPage, home: Home, lighthouse: PlexSimulator
) -> None:
    own, other = home.find(Kind.MOVIE), lighthouse.library.of_kind(Kind.MOVIE)[1]
    home.server.sessions.start(own)
    lighthouse.sessions.start(other)
    async with home.second_server(lighthouse, LIGHTHOUSE_TOKEN):
        stop = page.row(other.title).get_by_role("button", name="Stop")
        await expect(stop).to_have_attribute("aria-disabled", "true")
        await expect(stop).to_have_attribute("title", "Requires Plex Pass.")
        await stop.press("Enter")
        await expect(page.card.get_by_role("dialog")).to_contain_text("Requires Plex Pass.")
        await expect(page.card.get_by_role("alertdialog")).to_have_count(0)
        await page.page.keyboard.press("Escape")
        # Each server has its own rights.
        await expect(page.row(own.title).get_by_role("button", name="Stop")).to_have_attribute(
            "aria-disabled", "false"
        )


async def test_shared_user_sees_why_there_are_no_streams_until_the_owner_signs_in(
    page: ObservedPage, home: Home, lighthouse: PlexSimulator
) -> None:
    lighthouse.add_shared_token(SHARED_TOKEN, list(lighthouse.library.sections))
    film = lighthouse.library.of_kind(Kind.MOVIE)[1]
    lighthouse.sessions.start(film)
    async with home.second_server(lighthouse, SHARED_TOKEN) as entry_id:
        await expect(page.card).to_contain_text("Only the owner can see streams")
        await expect(page.card).to_contain_text("The account used for Lighthouse is not the owner")
        await assert_accessible(page.card)
        await home.reconfigure_server(entry_id, lighthouse, LIGHTHOUSE_TOKEN)
        await expect(page.row(film.title)).to_be_visible()
        await expect(page.card).not_to_contain_text("Only the owner")


async def test_removed_entry_is_not_found_until_the_card_names_another(
    page: ObservedPage, home: Home
) -> None:
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    cards = ({**STREAMS, "servers": ["removed"]}, {**SHELF, "servers": ["removed"]})
    await page.save_cards(*cards)
    await expect(page.card).to_contain_text("Not found")
    await expect(page.shelf).to_contain_text("Not found")
    await assert_accessible(page.card)
    await assert_accessible(page.shelf)
    await page.save_cards(*({**card, "servers": [home.entry_id]} for card in cards))
    await expect(page.row(film.title)).to_be_visible()
    await expect(page.shelf.locator("li").first).to_be_visible()


async def test_card_of_a_server_that_is_removed_does_not_find_it_any_more(
    page: ObservedPage, home: Home, lighthouse: PlexSimulator
) -> None:
    film = lighthouse.library.of_kind(Kind.MOVIE)[1]
    lighthouse.sessions.start(film)
    async with home.second_server(lighthouse, LIGHTHOUSE_TOKEN) as entry_id:
        await page.save_cards({**STREAMS, "servers": [entry_id]})
        await expect(page.row(film.title)).to_be_visible()
    await expect(page.card).to_contain_text("Not found")
    await expect(page.rows).to_have_count(0)
    await page.save_cards(STREAMS)
    await expect(page.card).to_contain_text("Nothing is playing")
    # The server may be removed while its picture is loaded.
    page.take_image_errors()


async def test_shelf_says_that_the_server_is_unavailable_until_it_is_back(
    page: ObservedPage, home: Home
) -> None:
    await page.save_cards(STREAMS)
    await expect(page.card).to_contain_text("Nothing is playing")
    await home.server.stop()
    await expect(page.card).to_contain_text("Harbour is unavailable")
    await page.save_cards(SHELF)
    await expect(page.shelf).to_contain_text("Harbour is unavailable")
    await expect(page.shelf.locator("li")).to_have_count(0)
    await assert_accessible(page.shelf)
    await home.server.start()
    await expect(page.shelf.locator("li").first).to_be_visible()
    await expect(page.shelf).not_to_contain_text("unavailable")
    page.take_image_errors()


async def test_wrong_configuration_is_an_error_card_with_a_sentence(
    page: ObservedPage, home: Home
) -> None:
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await page.save_cards({**STREAMS, "layout": "wide"}, {**SHELF, "limit": 500})
    errors = page.page.locator("hui-error-card")
    await expect(errors).to_have_count(2)
    messages = await errors.evaluate_all("(cards) => cards.map((card) => card._config.message)")
    assert messages == [
        'The value of "layout" is not valid: use one of auto, comfortable, compact.',
        'The value of "limit" is not valid: use a number.',
    ]
    await page.save_cards({**STREAMS, "layout": "compact"}, {**SHELF, "limit": 5})
    await expect(page.row(film.title)).to_be_visible()
    await expect(page.shelf.locator("li")).to_have_count(5)
    await expect(errors).to_have_count(0)


async def test_failing_commands_are_shown_and_repeated(
    open_home_page: OpenPage, home: Home
) -> None:
    home.reset()
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await home.save_dashboard(PATH, STREAMS, SHELF, TOP)
    commands = FailingCommands()
    commands.failing = {
        "plex_pulse/streams/subscribe",
        "plex_pulse/shelf",
        "plex_pulse/history/top",
    }
    page = await open_home_page()
    await commands.install(page.page)
    await page.open(f"/{PATH}")
    for card in (page.card, page.shelf, page.top):
        await expect(card).to_contain_text("Something went wrong")
        await expect(card).to_contain_text("Retrying automatically.")
    await page.keep()
    commands.failing.clear()
    # Two of them wait for their next attempt, the other does not.
    await page.card.get_by_role("button", name="Retry").click()
    await expect(page.row(film.title)).to_be_visible()
    await expect(page.shelf.locator("li").first).to_be_visible()
    await expect(page.shelf).not_to_contain_text("Something went wrong")
    await expect(page.top).not_to_contain_text("Something went wrong")
    assert min(commands.failed.values()) >= 1
    assert await page.is_kept()
    assert page.errors == []
