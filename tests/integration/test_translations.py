"""The translation check itself finds missing texts."""

from collections.abc import Iterator

from homeassistant.config_entries import SOURCE_USER, ConfigFlow, ConfigFlowResult
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import AbortFlow
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.update_coordinator import UpdateFailed
import pytest
import voluptuous as vol

from custom_components.plex_pulse import config_flow
from custom_components.plex_pulse.config_flow import PlexPulseConfigFlow
from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.flow import sign_in_steps
from tests.clocks import FreezerClock

from .config_flow_helpers import open_manual_form, open_menu
from .translations import TranslationWatch


@pytest.fixture
def problems(translation_watch: TranslationWatch) -> Iterator[list[str]]:
    """Return the problems that a test causes on purpose."""
    yield translation_watch.problems
    translation_watch.problems.clear()


def test_an_exception_without_a_translation_is_found(problems: list[str]) -> None:
    ServiceValidationError(translation_domain=DOMAIN, translation_key="misspelt")
    assert problems == ["exceptions.misspelt.message has no translation"]


def test_an_exception_without_a_placeholder_value_is_found(problems: list[str]) -> None:
    UpdateFailed(translation_domain=DOMAIN, translation_key="server_failed")
    assert problems == ["exceptions.server_failed.message: no value for error"]


def test_an_exception_of_another_integration_is_ignored(
    problems: list[str],
) -> None:
    UpdateFailed(translation_domain="light", translation_key="misspelt")
    assert problems == []


def test_an_issue_without_a_translation_is_found(hass: HomeAssistant, problems: list[str]) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        "anything",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="misspelt",
    )
    assert problems == ["issues.misspelt.title has no translation"]


async def test_a_field_without_a_label_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    problems: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema = vol.Schema({vol.Required("misspelt"): str})
    monkeypatch.setattr(config_flow, "manual_schema", lambda _: schema)
    await open_manual_form(hass)
    assert problems == ["config.step.manual.data.misspelt has no translation"]


async def test_a_placeholder_without_a_value_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    problems: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sign_in_steps, "_PLACEHOLDERS", {})
    await open_manual_form(hass)
    assert problems == ["config.step.manual.data_description.token: no value for token_help_url"]


async def test_a_menu_option_without_a_translation_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    problems: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def show_menu(flow: PlexPulseConfigFlow, *, menu_options: list[str]) -> ConfigFlowResult:
        return ConfigFlow.async_show_menu(flow, menu_options=[*menu_options, "misspelt"])

    monkeypatch.setattr(PlexPulseConfigFlow, "async_show_menu", show_menu)
    await open_menu(hass)
    assert problems == ["config.step.user.menu_options.misspelt has no translation"]


async def test_an_abort_reason_without_a_translation_is_found(
    hass: HomeAssistant, problems: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def end(_flow: PlexPulseConfigFlow, _: None) -> ConfigFlowResult:
        reason = "misspelt"
        raise AbortFlow(reason)

    monkeypatch.setattr(PlexPulseConfigFlow, "async_step_user", end)
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert problems == ["config.abort.misspelt has no translation"]
