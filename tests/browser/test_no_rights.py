"""A user who may not read the entities of a server sees nothing of it."""

from collections.abc import AsyncIterator

from playwright.async_api import Locator, ViewportSize, expect
import pytest_asyncio

from tests.simulator.library import Kind
from tests.simulator.users_and_players import JUNIPER, USERS as VIEWERS

from .accounts import user_tokens
from .home import Home
from .observer import ObservedPage, OpenPage

PATH = "no-rights"
NO_SERVER = "No server is set up, or you do not have permission to see it."
NOT_FOUND = "The server or library was removed, or you do not have permission to see it."
CARDS = (
    {"type": "custom:plex-pulse-streams"},
    {"type": "custom:plex-pulse-shelf", "source": "recently_added"},
    {"type": "custom:plex-pulse-shelf", "source": "on_deck"},
    {"type": "custom:plex-pulse-top", "by": "title"},
    {"type": "custom:plex-pulse-top", "by": "user"},
)


@pytest_asyncio.fixture(loop_scope="session")
async def page(open_home_page: OpenPage, home: Home) -> AsyncIterator[ObservedPage]:
    """Return a page of a user without any permission, while a movie is played."""
    home.reset()
    home.server.sessions.start(home.find(Kind.MOVIE), user=JUNIPER)
    async with user_tokens(home.client, home.session, home.url) as tokens:
        page = await open_home_page(viewport=ViewportSize(width=1000, height=1600))
        await page.log_in(tokens)
        yield page
        # Before its user is deleted, which would make it log in again.
        await page.page.close()


async def assert_nothing_is_shown(page: ObservedPage, home: Home, *cards: Locator) -> None:
    """Assert that neither names nor images of the server are in the page."""
    names = {
        "Harbour",
        *(item.title for item in home.server.library.items.values() if len(item.title) > 5),
        *(section.title for section in home.server.library.sections.values()),
        *(user.name for user in VIEWERS),
    }
    # The cards alone: "Music" and "Photos" are words of Home Assistant, too.
    for card in cards:
        html = await card.evaluate(
            """(element) => {
              const read = (root) => root.innerHTML + [...root.querySelectorAll("*")]
                .map((child) => child.shadowRoot ? read(child.shadowRoot) : "").join("");
              return read(element.shadowRoot);
            }"""
        )
        assert {name for name in names if name in html} == set()
        assert "<img" not in html
    dom = await page.read_dom()
    private = names - {section.title for section in home.server.library.sections.values()}
    assert {name for name in private if name in dom} == set()
    assert page.images == []
    assert page.errors == []


async def test_cards_of_all_servers_say_that_there_is_none(page: ObservedPage, home: Home) -> None:
    await home.save_dashboard(PATH, *CARDS)
    await page.open(f"/{PATH}")
    shown = [page.card, *(page.shelf.nth(index) for index in (0, 1))]
    shown += [page.top.nth(index) for index in (0, 1)]
    for card in shown:
        await expect(card).to_contain_text(NO_SERVER)
    await assert_nothing_is_shown(page, home, *shown)


async def test_cards_of_one_server_do_not_find_it(page: ObservedPage, home: Home) -> None:
    await home.save_dashboard(PATH, *({**card, "servers": [home.entry_id]} for card in CARDS))
    await page.open(f"/{PATH}")
    shown = [page.card, *(page.shelf.nth(index) for index in (0, 1))]
    shown += [page.top.nth(index) for index in (0, 1)]
    for card in shown:
        await expect(card).to_contain_text(NOT_FOUND)
    await assert_nothing_is_shown(page, home, *shown)


async def test_dashboard_has_one_view_that_says_so(page: ObservedPage, home: Home) -> None:
    await home.save_config(PATH, {"strategy": {"type": "custom:plex-pulse"}})
    await page.open(f"/{PATH}")
    await expect(page.card).to_contain_text(NO_SERVER)
    await expect(page.page.locator("hui-card")).to_have_count(1)
    await assert_nothing_is_shown(page, home, page.card)
