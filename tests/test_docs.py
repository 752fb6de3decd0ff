"""Documentation: complete, consistent with the code, and without dead links."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Final

from homeassistant.components.automation.config import (
    ValidationStatus,
    async_validate_config_item,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import EntityDescription
from homeassistant.util.yaml import load_yaml_dict, parse_yaml
import pytest

from scripts.demo_support.catalogue import DEVICES, LIBRARIES, SERVER, USER

from .product import PRODUCT, ROOT
from .test_texts import DESCRIPTIONS

README: Final = (ROOT / "README.md").read_text(encoding="utf-8")
ACTIONS: Final = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")
PAGES: Final = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/*.md")])
DISABLED_AT_FIRST: Final = "○"


def _section(title: str) -> str:
    """Return the README's text under a heading, up to the next heading of its level or above."""
    level, _, _ = title.partition(" ")
    _, _, text = README.partition(f"\n{title}\n")
    assert text
    return re.split(rf"\n#{{2,{len(level)}}} ", text)[0]


def _rows(title: str) -> Iterator[list[str]]:
    """Yield the cells of a table's rows, without the header."""
    lines = [line for line in _section(title).splitlines() if line.startswith("|")]
    for line in lines[2:]:
        yield [cell.strip() for cell in line.strip("|").split("|")]


def _entities(title: str) -> dict[str, bool]:
    """Return `platform.key` of the entities in a table, and whether each is disabled by default."""
    entities: dict[str, bool] = {}
    platform = ""
    for kind, keys, _ in _rows(title):
        platform = kind or platform
        for key, marks in re.findall(r"`(\w+)`([^`,;]*)", keys):
            entities[f"{platform}.{key}"] = DISABLED_AT_FIRST in marks
    return entities


def _described() -> Iterator[tuple[str, EntityDescription]]:
    for platform, descriptions in DESCRIPTIONS.items():
        for description in descriptions:
            yield f"{platform}.{description.key}", description


def _links(page: Path) -> list[str]:
    text = page.read_text(encoding="utf-8")
    found = re.findall(r"\]\(([^)\s]+)\)", text)
    return [link for link in found if not link.startswith(("https://", "mailto:"))]


def _anchors(page: Path) -> set[str]:
    """Return the anchors that GitHub generates for a page's headings."""
    headings = re.findall(r"^#+ (.*)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", text.lower()).replace(" ", "-") for text in headings}


def _yaml_blocks() -> list[tuple[str, str]]:
    return [
        (page.name, block)
        for page in PAGES
        for block in re.findall(r"```yaml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    ]


@pytest.mark.parametrize(
    ("title", "device"),
    [
        ("### Of a server", SERVER),
        ("### Of a library", frozenset[str]().union(*LIBRARIES.values())),
        ("### Of a followed user", USER),
    ],
)
def test_readme_lists_every_entity_of_a_device(title: str, device: frozenset[str]) -> None:
    assert set(_entities(title)) == device


def test_catalogue_has_every_described_entity() -> None:
    assert frozenset[str]().union(*DEVICES) == {key for key, _ in _described()}


def test_readme_marks_entities_disabled_by_default() -> None:
    marked: dict[str, bool] = {}
    for title in ("### Of a server", "### Of a library", "### Of a followed user"):
        marked |= _entities(title)
    assert marked == {
        key: not description.entity_registry_enabled_default for key, description in _described()
    }


def test_readme_and_actions_page_list_every_action() -> None:
    actions = set(load_yaml_dict(str(PRODUCT / "services.yaml")))
    readme = [key for keys, _ in _rows("## Actions") for key in re.findall(r"`(\w+)`", keys)]
    assert sorted(readme) == sorted(actions)
    assert set(re.findall(r"^## `(\w+)`$", ACTIONS, re.MULTILINE)) == actions


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_project_have_a_target(page: Path) -> None:
    for link in _links(page):
        name, _, anchor = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.is_file(), link
        if anchor:
            assert anchor in _anchors(target), link


def test_every_page_and_image_is_linked_from_the_readme() -> None:
    found: set[Path] = set()
    waiting = {ROOT / "README.md"}
    while waiting:
        page = waiting.pop()
        found.add(page)
        if page.suffix == ".md":
            links = {(page.parent / link.partition("#")[0]).resolve() for link in _links(page)}
            waiting |= {link for link in links if link.is_file()} - found
    docs = ROOT / "docs"
    assert {*docs.glob("*.*"), *docs.glob("images/*")} <= found


@pytest.mark.parametrize(("name", "block"), _yaml_blocks())
def test_examples_are_valid_yaml(name: str, block: str) -> None:
    assert parse_yaml(block), name


async def test_examples_are_valid_automations(hass: HomeAssistant) -> None:
    blocks = [block for name, block in _yaml_blocks() if name == "examples.md"]
    assert blocks
    for block in blocks:
        example = parse_yaml(block)
        assert isinstance(example, dict)
        config = await async_validate_config_item(hass, "example", example)
        assert config is not None
        assert config.validation_status is ValidationStatus.OK, config.validation_error


def test_examples_call_existing_actions() -> None:
    actions = {f"plex_pulse.{action}" for action in load_yaml_dict(str(PRODUCT / "services.yaml"))}
    called = {
        action
        for _, block in _yaml_blocks()
        for action in re.findall(r"action: (plex_pulse\.\w+)", block)
    }
    assert called
    assert called <= actions


def test_examples_name_existing_entities() -> None:
    named = {
        name for _, block in _yaml_blocks() for name in re.findall(r"(\w+\.harbour_\w+)", block)
    }
    keys = frozenset[str]().union(*DEVICES)
    assert named
    assert {name.replace(".harbour_", ".") for name in named} <= keys


def test_readme_pictures_are_shown_by_hacs() -> None:
    """HACS rewrites relative links of Markdown images, but not those of HTML.

    It also leaves a line alone that has an absolute link after a relative one.
    """
    assert not re.search(r"<img[^>]+src=\"(?!https://)", README)
    for line in README.splitlines():
        if "](docs/images/" in line:
            assert re.fullmatch(r"!\[[^\]]+\]\(docs/images/\w+\.png\)", line)
