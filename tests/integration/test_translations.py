"""The watch over translations itself: it has to complain."""

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

from .flows import open_manual_form, open_menu
from .translations import TranslationWatch


@pytest.fixture
def complaints(translation_watch: TranslationWatch) -> Iterator[list[str]]:
    """Return the complaints of a test that makes mistakes on purpose."""
    yield translation_watch.problems
    translation_watch.problems.clear()


def test_an_exception_without_words_is_found(complaints: list[str]) -> None:
    ServiceValidationError(translation_domain=DOMAIN, translation_key="misspelt")
    assert complaints == ["exceptions.misspelt.message has no translation"]


def test_an_exception_with_a_gap_in_its_words_is_found(complaints: list[str]) -> None:
    UpdateFailed(translation_domain=DOMAIN, translation_key="server_failed")
    assert complaints == ["exceptions.server_failed.message: nothing is given for error"]


def test_an_exception_of_another_integration_is_not_ours_to_translate(
    complaints: list[str],
) -> None:
    UpdateFailed(translation_domain="light", translation_key="misspelt")
    assert complaints == []


def test_an_issue_without_words_is_found(hass: HomeAssistant, complaints: list[str]) -> None:
    ir.async_create_issue(
        hass,
        DOMAIN,
        "anything",
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key="misspelt",
    )
    assert complaints == ["issues.misspelt.title has no translation"]


async def test_a_field_without_a_label_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    schema = vol.Schema({vol.Required("misspelt"): str})
    monkeypatch.setattr(config_flow, "manual_schema", lambda _: schema)
    await open_manual_form(hass)
    assert complaints == ["config.step.manual.data.misspelt has no translation"]


async def test_a_placeholder_without_a_value_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sign_in_steps, "_PLACEHOLDERS", {})
    await open_manual_form(hass)
    assert complaints == [
        "config.step.manual.data_description.token: nothing is given for token_help_url"
    ]


async def test_a_menu_that_leads_to_a_step_without_words_is_found(
    hass: HomeAssistant,
    socket_enabled: None,
    clock: FreezerClock,
    complaints: list[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def show_menu(flow: PlexPulseConfigFlow, *, menu_options: list[str]) -> ConfigFlowResult:
        return ConfigFlow.async_show_menu(flow, menu_options=[*menu_options, "misspelt"])

    monkeypatch.setattr(PlexPulseConfigFlow, "async_show_menu", show_menu)
    await open_menu(hass)
    assert complaints == ["config.step.user.menu_options.misspelt has no translation"]


async def test_an_end_without_words_is_found(
    hass: HomeAssistant, complaints: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    async def end(_flow: PlexPulseConfigFlow, _: None) -> ConfigFlowResult:
        reason = "misspelt"
        raise AbortFlow(reason)

    monkeypatch.setattr(PlexPulseConfigFlow, "async_step_user", end)
    await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert complaints == ["config.abort.misspelt has no translation"]
