"""Attacker: a reader of the log or of an error message; the server echoes its token."""

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import TOKEN
from tests.integration.actions import get_response
from tests.secret_forms import forms_of, parts_of
from tests.simulator import Fault, PlexSimulator


async def test_echoed_token_is_redacted_in_every_form(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    for name, form in forms_of(TOKEN).items():
        caplog.clear()
        body = f"<html><h1>Not for {form} today</h1></html>".encode()
        simulator.faults.add("/library/onDeck", Fault.status(400, body=body))
        with pytest.raises(HomeAssistantError) as caught:
            await get_response(hass, "get_on_deck")
        written = f"{caught.value} {caplog.text}".lower()
        assert "error body" in written
        assert "redacted" in str(caught.value)
        assert not [part for part in parts_of(TOKEN) if part in written], name
