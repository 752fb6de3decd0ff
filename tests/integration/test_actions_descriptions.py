"""The descriptions of the actions in the action editor and in the documentation."""

from collections.abc import Iterator, Mapping
import re
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import validate_selector
from homeassistant.helpers.service import async_get_all_descriptions
from homeassistant.util.yaml import parse_yaml
import pytest
import voluptuous as vol

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.services import ACTIONS
from tests.product import PRODUCT, ROOT, read_json

TEXTS: Final = read_json(PRODUCT / "translations" / "en.json")["services"]
ICONS: Final = read_json(PRODUCT / "icons.json")["services"]
GUIDE: Final = (ROOT / "docs" / "actions.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("loaded_entry")


@pytest.fixture
async def descriptions(hass: HomeAssistant) -> Mapping[str, Any]:
    """Return the actions as Home Assistant describes them."""
    descriptions: Mapping[str, Any] = (await async_get_all_descriptions(hass))[DOMAIN]
    return descriptions


def _schema(hass: HomeAssistant, action: str) -> Mapping[str, vol.Marker]:
    """Return the fields of an action's schema."""
    service = hass.services.async_services_for_domain(DOMAIN)[action]
    assert isinstance(service.schema, vol.Schema)
    return {str(marker): marker for marker in service.schema.schema}


@pytest.mark.parametrize("action", ACTIONS)
async def test_the_editor_offers_exactly_the_fields_of_the_schema(
    hass: HomeAssistant, descriptions: Mapping[str, Any], action: str
) -> None:
    schema = _schema(hass, action)
    fields = descriptions[action]["fields"]
    assert set(fields) == set(schema) == set(TEXTS[action]["fields"])
    for name, field in fields.items():
        assert field.get("required", False) is isinstance(schema[name], vol.Required)
        if "default" in field:
            assert field["default"] == schema[name].default()
        validate_selector(field["selector"])


@pytest.mark.parametrize("action", ACTIONS)
async def test_every_action_and_field_has_texts_and_every_action_an_icon(action: str) -> None:
    for text in (TEXTS[action], *TEXTS[action]["fields"].values()):
        assert text["name"]
        assert text["description"].endswith(".")
    assert ICONS[action]["service"].startswith("mdi:")


async def test_only_existing_actions_are_described(descriptions: Mapping[str, Any]) -> None:
    assert set(descriptions) == set(TEXTS) == set(ICONS) == set(ACTIONS)


@pytest.mark.parametrize("action", ["get_recently_added", "get_on_deck", "get_history", "search"])
async def test_the_editor_has_the_limits_of_the_schema(
    hass: HomeAssistant, descriptions: Mapping[str, Any], action: str
) -> None:
    schema = hass.services.async_services_for_domain(DOMAIN)[action].schema
    assert schema is not None
    limits = descriptions[action]["fields"]["limit"]["selector"]["number"]
    query = {"query": "the"} if action == "search" else {}
    for limit in (limits["min"], limits["max"]):
        assert schema({"limit": limit, **query})["limit"] == limit
    for limit in (limits["min"] - 1, limits["max"] + 1):
        with pytest.raises(vol.Invalid):
            schema({"limit": limit, **query})


def _examples() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield the actions that the guide's examples call, with their data."""
    for block in re.findall(r"```yaml\n(.*?)```", GUIDE, flags=re.DOTALL):
        steps = parse_yaml(block)
        assert isinstance(steps, list)
        for step in steps:
            name = step.get("action", "")
            if name.startswith(f"{DOMAIN}."):
                yield name.removeprefix(f"{DOMAIN}."), step.get("data", {})


async def test_the_documentation_has_a_valid_example_of_every_action(hass: HomeAssistant) -> None:
    examples = list(_examples())
    assert {action for action, _ in examples} == set(ACTIONS)
    for action, data in examples:
        schema = hass.services.async_services_for_domain(DOMAIN)[action].schema
        assert schema is not None
        # Templates are not rendered here.
        filled = {key: "1" if "{{" in str(value) else value for key, value in data.items()}
        assert schema(filled).keys() >= filled.keys()


@pytest.mark.parametrize("action", ACTIONS)
async def test_the_documentation_explains_every_field(action: str) -> None:
    (chapter,) = re.findall(rf"(?ms)^## `{action}`\n(.*?)(?=^## |\Z)", GUIDE)
    for field in set(TEXTS[action]["fields"]) - {"config_entry_id"}:
        assert f"| `{field}` |" in chapter
