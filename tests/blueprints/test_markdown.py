"""Attacker: whoever names a player or an item; persistent notifications render Markdown."""

from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall
import pytest
from pytest_homeassistant_custom_component.common import async_mock_service

from tests.integration.helpers import settle
from tests.markdown import assert_inert, unescape_markdown

from .conftest import Automate

INPUTS: Final[dict[str, dict[str, Any]]] = {
    "busy_server": {"active_streams": "sensor.streams"},
    "new_arrivals": {"library": "event.library"},
}


def play(hass: HomeAssistant, title: str) -> None:
    """Set the states that the blueprints read."""
    stream = {"title": title, "method": "transcode", "series": None, "user": None, "player": None}
    hass.states.async_set("sensor.streams", "1", {"streams": [stream]})
    added = {"event_type": "added", "type": "movie", "library": "Movies", "title": title}
    hass.states.async_set("event.library", "2026-11-20T20:00:00.000+00:00", added)


async def trigger(hass: HomeAssistant) -> None:
    """Run the automation as the button of its editor does."""
    await hass.services.async_call(
        "automation", "trigger", {"entity_id": "automation.home"}, blocking=True
    )
    await settle(hass)


@pytest.mark.parametrize("blueprint", sorted(INPUTS))
@pytest.mark.parametrize("title", ["![x](http://evil.example/a.png)", "https://evil.example"])
async def test_title_is_text_in_a_persistent_notification(
    hass: HomeAssistant,
    automate: Automate,
    notifications: list[ServiceCall],
    blueprint: str,
    title: str,
) -> None:
    await automate(blueprint, **INPUTS[blueprint])
    play(hass, title)
    await trigger(hass)
    (call,) = notifications
    assert_inert(call.data["message"])
    assert unescape_markdown(call.data["message"]) == title


@pytest.mark.parametrize("blueprint", sorted(INPUTS))
async def test_title_is_not_escaped_in_a_plain_notification(
    hass: HomeAssistant, automate: Automate, blueprint: str
) -> None:
    """Phones show the message as it is."""
    calls = async_mock_service(hass, "notify", "phone")
    actions = [{"action": "notify.phone", "data": {"message": "{{ message }}"}}]
    await automate(blueprint, **INPUTS[blueprint], actions=actions)
    play(hass, "What? (2011)")
    await trigger(hass)
    (call,) = calls
    assert call.data["message"] == "What? (2011)"


@pytest.mark.parametrize("blueprint", sorted(INPUTS))
async def test_title_that_is_a_number_is_notified(
    hass: HomeAssistant, automate: Automate, notifications: list[ServiceCall], blueprint: str
) -> None:
    """Home Assistant turns the result of a template into a number if it looks like one."""
    await automate(blueprint, **INPUTS[blueprint])
    play(hass, "1917")
    await trigger(hass)
    (call,) = notifications
    assert str(call.data["message"]) == "1917"
