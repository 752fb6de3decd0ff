"""Home Assistant's editors with the cards and the strategy of Plex Pulse."""

from typing import Any

from playwright.async_api import Locator, ViewportSize, expect

from tests.simulator.library import Kind

from .home import Home
from .observer import ObservedPage, OpenPage

CARDS = "edited-cards"
STRATEGY = {"strategy": {"type": "custom:plex-pulse"}}
DESKTOP = ViewportSize(width=1300, height=900)


def strategy_editor(page: ObservedPage) -> Locator:
    """Return the editor of the strategy in its dialog."""
    return page.page.locator("plex-pulse-strategy-editor")


async def open_strategy(open_home_page: OpenPage, home: Home, path: str) -> ObservedPage:
    """Return a page with the editor of a new dashboard with the strategy."""
    home.reset()
    await home.save_config(path, STRATEGY)
    page = await open_home_page(viewport=DESKTOP)
    await page.open(f"/{path}")
    await expect(page.card).to_contain_text("Nothing is playing")
    await page.page.get_by_role("button", name="Open dashboard menu").click()
    await page.page.get_by_role("menuitem", name="Edit dashboard").click()
    await expect(strategy_editor(page).get_by_role("checkbox").first).to_be_visible()
    return page


async def test_picker_previews_the_cards_and_the_editor_saves_one(
    open_home_page: OpenPage, home: Home
) -> None:
    home.reset()
    section = {"type": "grid", "cards": [{"type": "heading", "heading": "Cards"}]}
    await home.save_config(CARDS, {"views": [{"type": "sections", "sections": [section]}]})
    page = await open_home_page(viewport=DESKTOP)
    await page.open(f"/{CARDS}/0?edit=1")
    await page.page.locator("hui-grid-section .add").first.click()
    await page.page.get_by_role("tab", name="By card").click()
    picker = page.page.locator("hui-card-picker")
    await picker.get_by_role("textbox").fill("Plex")
    for name in ("streams", "shelf", "top"):
        await expect(picker.locator(f"plex-pulse-{name} ha-card")).to_be_visible()
    await expect(picker).to_contain_text("Plex streams")
    await picker.locator(".card").filter(has_text="Plex shelf").locator(".overlay").click()
    editor = page.page.locator("hui-dialog-edit-card")
    await expect(editor.locator("plex-pulse-shelf li").first).to_be_visible()
    await editor.get_by_role("textbox", name="Title").fill("Just arrived")
    await expect(editor.locator("plex-pulse-shelf h3")).to_have_text("Just arrived")
    await editor.get_by_role("button", name="Save").click()
    await expect(page.page.locator("hui-view plex-pulse-shelf h3")).to_have_text("Just arrived")
    saved: Any = await home.client.command("lovelace/config", url_path=CARDS)
    # Home Assistant's own previews log errors without the Internet: `page.errors` says nothing.
    assert saved["views"][0]["sections"][0]["cards"][1] == {
        "type": "custom:plex-pulse-shelf",
        "source": "recently_added",
        "title": "Just arrived",
    }


async def test_entity_of_the_server_suggests_its_card(open_home_page: OpenPage, home: Home) -> None:
    home.reset()
    section = {"type": "grid", "cards": [{"type": "heading", "heading": "Cards"}]}
    await home.save_config(CARDS, {"views": [{"type": "sections", "sections": [section]}]})
    page = await open_home_page(viewport=DESKTOP)
    await page.open(f"/{CARDS}/0?edit=1")
    await page.page.locator("hui-grid-section .add").first.click()
    picker = page.page.locator("hui-suggestion-picker")
    await (
        picker.get_by_role("textbox")
        .or_(picker.get_by_role("searchbox"))
        .first.fill("Active streams")
    )
    await picker.get_by_text("Active streams").last.click()
    suggestion = picker.locator("hui-suggestion-card").filter(
        has=page.page.locator("plex-pulse-streams")
    )
    await expect(suggestion.locator("plex-pulse-streams ha-card")).to_be_visible()
    await suggestion.click()
    # It needs no configuration, so it is added at once.
    await expect(page.page.locator("hui-view plex-pulse-streams")).to_be_visible()
    saved: Any = await home.client.command("lovelace/config", url_path=CARDS)
    cards = saved["views"][0]["sections"][0]["cards"]
    assert [card["type"] for card in cards] == ["heading", "custom:plex-pulse-streams"]


async def test_strategy_editor_chooses_views_and_libraries(
    open_home_page: OpenPage, home: Home
) -> None:
    page = await open_strategy(open_home_page, home, "edited-strategy")
    for name in ("Now", "New", "Movies", "Music"):
        await strategy_editor(page).get_by_text(name, exact=True).click()
    await page.page.get_by_role("button", name="Save").click()
    await expect(page.page.locator("ha-tab-group-tab")).to_have_count(2)
    await page.page.locator("ha-tab-group-tab[data-path=new]").click()
    await expect(page.shelf.locator("h3")).to_have_text(["Movies", "Music"])
    saved: Any = await home.client.command("lovelace/config", url_path="edited-strategy")
    assert saved["strategy"]["views"] == ["now", "new"]
    assert len(saved["strategy"]["libraries"]) == 2
    assert page.errors == []


async def test_take_control_leaves_an_ordinary_dashboard_that_works(
    open_home_page: OpenPage, home: Home
) -> None:
    page = await open_strategy(open_home_page, home, "taken-over")
    dialog = page.page.locator("ha-dialog, ha-wa-dialog").filter(has=strategy_editor(page))
    await dialog.locator("[slot=headerActionItems], [slot=actionItems]").first.click()
    await page.page.get_by_text("Take control", exact=True).click()
    await page.page.get_by_role("button", name="Take control").last.click()
    await expect(page.page.get_by_role("button", name="Done")).to_be_visible()
    saved: Any = await home.client.command("lovelace/config", url_path="taken-over")
    assert "strategy" not in saved
    assert [view["path"] for view in saved["views"]] == ["now", "new", "history", "server"]
    await page.page.get_by_role("button", name="Done").click()
    film = home.find(Kind.MOVIE)
    home.server.sessions.start(film)
    await expect(page.row(film.title)).to_be_visible()
    assert page.errors == []
