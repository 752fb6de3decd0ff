"""Checks with axe-core, which the frontend's own packages include."""

from typing import Final

from playwright.async_api import Locator
import pytest

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

requires_axe = pytest.mark.skipif(
    not AXE.exists(), reason="axe-core is not installed: run `npm ci` in frontend/"
)


async def assert_accessible(card: Locator) -> None:
    """Assert that axe-core finds nothing in a card; without axe-core nothing is checked."""
    if AXE.exists():
        assert await card.evaluate(_RUN) == []


async def count_animations(card: Locator) -> int:
    """Return the number of running animations of a card and its parts."""
    count: int = await card.evaluate(_ANIMATIONS)
    return count
