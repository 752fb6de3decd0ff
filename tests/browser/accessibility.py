"""Checks with axe-core, which the frontend's own packages include."""

from typing import Final

from playwright.async_api import Locator

from scripts.common.paths import PROJECT

AXE: Final = PROJECT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# Of a whole page, which a card is not.
_RUN: Final = """async (element) => {
  const rules = { region: { enabled: false }, "page-has-heading-one": { enabled: false } };
  const { violations } = await axe.run(element, { rules });
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}"""
_ANIMATIONS: Final = """(element) => {
  const find = (root) => [
    ...root.getAnimations(),
    ...[...root.querySelectorAll("*")].flatMap((child) =>
      child.shadowRoot ? find(child.shadowRoot) : []),
  ];
  return find(element.shadowRoot).length;
}"""
# The area in which a button is hit may be larger than what is drawn: count the pixels on a
# vertical and a horizontal line through its center.
_SMALL_TARGETS: Final = """(element, minimum) => {
  const root = element.shadowRoot;
  const open = root.querySelector("dialog[open]");
  const buttons = [...(open ?? root).querySelectorAll("button:not(:disabled), input")];
  const hits = (button, x, y) => {
    const hit = root.elementFromPoint(x, y);
    return hit && (button.contains(hit) || hit.closest("label")?.contains(button));
  };
  return buttons.flatMap((button) => {
    button.scrollIntoView({ block: "center", inline: "center" });
    const { left, top, width, height } = button.getBoundingClientRect();
    if (!width) return [];
    const [x, y] = [left + width / 2, top + height / 2];
    const steps = [...Array(80).keys()].map((index) => index - 39.5);
    const across = steps.filter((step) => hits(button, x + step, y)).length;
    const down = steps.filter((step) => hits(button, x, y + step)).length;
    return Math.min(across, down) < minimum ? [`${button.outerHTML}: ${across} x ${down}`] : [];
  });
}"""
_MIN_TARGET_PIXELS: Final = 44


async def assert_accessible(card: Locator) -> None:
    """Assert that axe-core finds nothing in a card; without axe-core nothing is checked."""
    if AXE.exists():
        assert await card.evaluate(_RUN) == []


async def count_animations(card: Locator) -> int:
    """Return the number of running animations of a card and its parts."""
    count: int = await card.evaluate(_ANIMATIONS)
    return count


async def find_small_targets(card: Locator) -> list[str]:
    """Return the buttons of a card, or of its open dialog, that are too small for a finger."""
    found: list[str] = await card.evaluate(_SMALL_TARGETS, _MIN_TARGET_PIXELS)
    return found
