"""Metadata and documentation of the blueprints."""

from homeassistant.components.automation import DOMAIN as AUTOMATION_DOMAIN
from homeassistant.components.automation.helpers import async_get_blueprints
from homeassistant.components.blueprint.models import Blueprint
from homeassistant.core import HomeAssistant
from homeassistant.helpers.selector import validate_selector
from homeassistant.setup import async_setup_component
import pytest

from tests.product import ROOT, read_json

pytestmark = pytest.mark.smoke

NAMES = ("busy_server", "new_arrivals", "room_lights")


@pytest.fixture
async def blueprints(hass: HomeAssistant) -> dict[str, Blueprint]:
    """Return the blueprints that Home Assistant loaded, by path."""
    assert await async_setup_component(hass, AUTOMATION_DOMAIN, {})
    found = await async_get_blueprints(hass).async_get_blueprints()
    return {
        path: blueprint for path, blueprint in found.items() if isinstance(blueprint, Blueprint)
    }


def test_home_assistant_loads_every_blueprint(
    blueprints: dict[str, Blueprint],
) -> None:
    assert set(blueprints) == {f"plex_pulse/{name}.yaml" for name in NAMES}
    assert {path.stem for path in (ROOT / "blueprints").rglob("*.*")} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_blueprint_has_source_url_and_minimum_version(
    blueprints: dict[str, Blueprint], name: str
) -> None:
    metadata = blueprints[f"plex_pulse/{name}.yaml"].metadata
    manifest = read_json(ROOT / "custom_components" / "plex_pulse" / "manifest.json")
    path = f"blueprints/automation/plex_pulse/{name}.yaml"
    assert metadata["source_url"] == f"{manifest['documentation']}/blob/main/{path}"
    assert (
        metadata["homeassistant"]["min_version"] == read_json(ROOT / "hacs.json")["homeassistant"]
    )


@pytest.mark.parametrize("name", NAMES)
def test_every_input_has_a_name_and_a_valid_selector(
    blueprints: dict[str, Blueprint], name: str
) -> None:
    for key, value in blueprints[f"plex_pulse/{name}.yaml"].inputs.items():
        assert value["name"], key
        assert validate_selector(value["selector"]), key


@pytest.mark.parametrize("name", NAMES)
def test_the_documentation_imports_and_explains_every_blueprint(
    blueprints: dict[str, Blueprint], name: str
) -> None:
    text = (ROOT / "docs" / "blueprints.md").read_text(encoding="utf-8")
    blueprint = blueprints[f"plex_pulse/{name}.yaml"]
    source = blueprint.metadata["source_url"].replace(":", "%3A").replace("/", "%2F")
    link = "https://my.home-assistant.io/redirect/blueprint_import/?blueprint_url="
    assert f"({link}{source})" in text
    for value in blueprint.inputs.values():
        assert f"\n| {value['name']} |" in text
