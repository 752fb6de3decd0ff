"""Helpers that fill in the forms of Plex Pulse."""

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import config_validation as cv

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.shared_state import DATA_SHARED
from tests.clocks import ManualClock
from tests.fixtures.home_assistant import TOKEN
from tests.simulator import PlexSimulator

from .helpers import settle

if TYPE_CHECKING or find_spec("probatio"):
    from probatio import to_field_list
else:  # Home Assistant 2026.8 still uses voluptuous itself
    from voluptuous_serialize import convert as to_field_list

DISCOVERY_SECONDS = 2


async def open_menu(hass: HomeAssistant) -> ConfigFlowResult:
    """Return the menu for a new server after the discovery timeout."""
    menu = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert menu["step_id"] == "user"
    clock = hass.data[DATA_SHARED].rate_limiters.clock
    assert isinstance(clock, ManualClock)
    clock.advance(DISCOVERY_SECONDS)
    return menu


async def choose(hass: HomeAssistant, menu: ConfigFlowResult, step: str) -> ConfigFlowResult:
    """Choose a step from a menu and return the result."""
    assert menu["type"] is FlowResultType.MENU
    assert step in menu["menu_options"]
    return await hass.config_entries.flow.async_configure(menu["flow_id"], {"next_step_id": step})


async def choose_form(hass: HomeAssistant, menu: ConfigFlowResult, step: str) -> ConfigFlowResult:
    """Choose a step from a menu and return its form."""
    form = await choose(hass, menu, step)
    assert form["type"] is FlowResultType.FORM
    assert form["step_id"] == step
    assert not form["errors"]
    return form


async def open_manual_form(hass: HomeAssistant) -> ConfigFlowResult:
    """Return the form for the address and the token of a new server."""
    return await choose_form(hass, await open_menu(hass), "manual")


async def submit(hass: HomeAssistant, form: ConfigFlowResult, **typed: object) -> ConfigFlowResult:
    """Submit a form and return the result."""
    result = await hass.config_entries.flow.async_configure(form["flow_id"], typed)
    await settle(hass)
    return result


def connection(
    simulator: PlexSimulator,
    *,
    url: str | None = None,
    token: str = TOKEN,
    verify_ssl: bool = True,
) -> dict[str, object]:
    """Return the input for the form of a new server."""
    return {CONF_URL: url or simulator.url, CONF_TOKEN: token, CONF_VERIFY_SSL: verify_ssl}


def prefilled(form: ConfigFlowResult) -> dict[str, Any]:
    """Return the values that the browser shows, including those of sections."""
    return _values(_fields(form))


def options_of(form: ConfigFlowResult, field: str) -> dict[str, str]:
    """Return the options of a field, value by label; empty for a text field."""
    (found,) = (item for item in _fields(form) if item["name"] == field)
    select = found["selector"].get("select", {"options": []})
    return {option["label"]: option["value"] for option in select["options"]}


def _fields(form: ConfigFlowResult) -> list[dict[str, Any]]:
    """Return the fields as they are sent to the browser."""
    schema = form["data_schema"]
    assert schema is not None
    fields = to_field_list(schema, custom_serializer=cv.custom_serializer)
    assert isinstance(fields, list)
    return fields


def _values(fields: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return suggested values, else defaults, by field."""
    values: dict[str, Any] = {}
    for field in fields:
        if "schema" in field:
            values[field["name"]] = _values(field["schema"])
        elif "suggested_value" in (described := field.get("description") or {}):
            values[field["name"]] = described["suggested_value"]
        elif "default" in field:
            values[field["name"]] = field["default"]
    return values


def assert_error(form: ConfigFlowResult, key: str) -> None:
    """Assert that the form is shown again with this error."""
    assert form["type"] is FlowResultType.FORM
    assert form["errors"] == {"base": key}


def paths_with_token(simulator: PlexSimulator) -> set[str]:
    """Return the paths of requests that had a token."""
    return {
        request.path
        for request in simulator.requests
        if "X-Plex-Token" in request.headers or "X-Plex-Token" in request.query
    }
