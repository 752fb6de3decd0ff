"""Translations and icons: complete, used, and valid for Home Assistant."""

import ast
from collections.abc import Iterator, Mapping
from importlib import import_module
import re
from string import Formatter
from typing import Any, Final

from homeassistant.helpers.entity import EntityDescription
import pytest

from custom_components.plex_pulse import PLATFORMS

from .product import PRODUCT, read_json, texts

ENGLISH: Final = read_json(PRODUCT / "translations" / "en.json")
ICONS: Final = read_json(PRODUCT / "icons.json")


def _descriptions(platform: str) -> Iterator[EntityDescription]:
    """Yield every entity description in the modules of a platform."""
    for path in (*PRODUCT.glob(f"{platform}.py"), *sorted(PRODUCT.glob(f"{platform}/*.py"))):
        name = ".".join(path.relative_to(PRODUCT).with_suffix("").parts).removesuffix(".__init__")
        module = import_module(f"custom_components.plex_pulse.{name}")
        for name, value in vars(module).items():
            if name.isupper():
                found = value if isinstance(value, tuple) else (value,)
                # Plain EntityDescription objects are not instances of the class.
                yield from (item for item in found if hasattr(item, "translation_key"))


DESCRIPTIONS: Final[Mapping[str, tuple[EntityDescription, ...]]] = {
    platform: tuple(_descriptions(platform)) for platform in PLATFORMS
}
# These sensors show a title at other times, so they cannot have options.
WORDS_AMONG_OTHERS: Final = {("sensor", "now_playing"): ["idle"]}
# Home Assistant itself aborts flows with these reasons.
NOT_OUR_ABORTS: Final = {
    "already_configured",
    "already_in_progress",
    "reauth_successful",
    "reconfigure_successful",
}


def _source() -> Iterator[ast.AST]:
    for module in PRODUCT.rglob("*.py"):
        yield from ast.walk(ast.parse(module.read_text(encoding="utf-8")))


SOURCE: Final = tuple(_source())
LITERALS: Final = {
    node.value for node in SOURCE if isinstance(node, ast.Constant) and isinstance(node.value, str)
}
STEPS: Final = {
    node.name.removeprefix("async_step_")
    for node in SOURCE
    if isinstance(node, ast.AsyncFunctionDef) and node.name.startswith("async_step_")
}


def _arguments(name: str) -> set[str]:
    """Return the literals that calls pass as this keyword argument."""
    return {
        node.value.value
        for node in SOURCE
        if isinstance(node, ast.keyword)
        and node.arg == name
        and isinstance(node.value, ast.Constant)
        and isinstance(node.value.value, str)
    }


def _forms(tree: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield every step and its sections."""
    for step in tree.get("step", {}).values():
        yield step
        yield from step.get("sections", {}).values()


@pytest.mark.parametrize(("path", "text"), list(texts(ENGLISH)))
def test_text_is_valid_for_home_assistant(path: str, text: str) -> None:
    assert text
    assert text == text.strip()
    assert "[%key" not in text
    assert "://" not in text
    assert not re.search(r"<[a-z/]", text)
    assert not re.search(r"'\{\w+\}'", text)
    assert all(name is None or name.isidentifier() for _, name, *_ in Formatter().parse(text))


@pytest.mark.parametrize("platform", DESCRIPTIONS)
def test_entities_and_their_names_match(platform: str) -> None:
    keys = [description.translation_key for description in DESCRIPTIONS[platform]]
    assert len(keys) == len(set(keys))
    assert set(ENGLISH["entity"][platform]) == set(keys)
    assert set(ENGLISH["entity"]) == set(DESCRIPTIONS)
    for description in DESCRIPTIONS[platform]:
        assert description.translation_key == description.key
        assert ENGLISH["entity"][platform][description.key]["name"]


@pytest.mark.parametrize(
    ("platform", "description"),
    [(platform, description) for platform, kind in DESCRIPTIONS.items() for description in kind],
)
def test_text_states_are_translated(platform: str, description: EntityDescription) -> None:
    names = ENGLISH["entity"][platform][description.key]
    if platform == "event":
        names = names["state_attributes"]["event_type"]
    words = (
        getattr(description, "options", None)
        or getattr(description, "event_types", None)
        or WORDS_AMONG_OTHERS.get((platform, description.key))
    )
    assert set(names.get("state", {})) == set(words or [])


def test_flow_steps_and_their_texts_match() -> None:
    for category in ("config", "options"):
        steps = ENGLISH[category]["step"]
        assert set(steps) <= STEPS
        for step in steps.values():
            assert step["title"] != "Plex Pulse"
    repairs = [issue.get("fix_flow", {}) for issue in ENGLISH["issues"].values()]
    assert _arguments("step_id") <= {
        key
        for flow in (ENGLISH["config"], ENGLISH["options"], *repairs)
        for key in flow.get("step", {})
    }


def test_form_fields_have_labels_and_descriptions() -> None:
    for category in ("config", "options"):
        for form in _forms(ENGLISH[category]):
            assert set(form.get("data_description", {})) == set(form.get("data", {}))


def test_translated_errors_aborts_exceptions_and_issues_are_used() -> None:
    for category in ("config", "options"):
        assert set(ENGLISH[category].get("error", {})) <= LITERALS
        assert set(ENGLISH[category].get("abort", {})) <= LITERALS | NOT_OUR_ABORTS
    assert set(ENGLISH["exceptions"]) <= LITERALS
    assert set(ENGLISH.get("issues", {})) <= LITERALS


def test_used_translation_keys_have_texts() -> None:
    repairs = [issue.get("fix_flow", {}) for issue in ENGLISH["issues"].values()]
    aborts = {
        key
        for flow in (ENGLISH["config"], ENGLISH["options"], *repairs)
        for key in flow.get("abort", {})
    }
    assert _arguments("reason") <= aborts
    entities = {key for platform in ENGLISH["entity"].values() for key in platform}
    assert _arguments("translation_key") <= {
        *entities,
        *ENGLISH["exceptions"],
        *ENGLISH.get("issues", {}),
    }


def test_icons_belong_to_entities_and_are_from_mdi() -> None:
    assert set(ICONS) <= {"entity", "services"}
    for platform, icons in ICONS["entity"].items():
        assert set(icons) <= set(ENGLISH["entity"][platform])
        for key, icon in icons.items():
            assert set(icon) <= {"default", "state", "range", "state_attributes"}
            assert all(name.startswith("mdi:") for _, name in texts(icon))
            states = icon.get("state", {})
            assert set(states) <= set(ENGLISH["entity"][platform][key].get("state", {}))
            assert icon["default"] not in states.values()


def test_icon_ranges_are_ascending() -> None:
    ranges = [
        icon["range"]
        for icons in ICONS["entity"].values()
        for icon in icons.values()
        if "range" in icon
    ]
    assert ranges
    for limits in ranges:
        assert list(limits) == sorted(limits, key=float)
