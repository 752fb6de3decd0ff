"""Rights of the callers of actions, as the one helper decides them."""

from typing import Any

from homeassistant.core import Context, HomeAssistant, ServiceCall
from homeassistant.exceptions import Unauthorized, UnknownUser
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser

from custom_components.plex_pulse.const import DOMAIN
from custom_components.plex_pulse.rights import (
    RightsCheck,
    async_require_administration,
    async_require_control,
    async_require_read,
)

ALL = {"entities": {"all": True}}
READ_ONLY = {"entities": {"all": {"read": True}}}
NOTHING: dict[str, Any] = {"entities": {}}
REQUIREMENTS: tuple[RightsCheck, ...] = (
    async_require_read,
    async_require_control,
    async_require_administration,
)


async def _allowed(
    hass: HomeAssistant, entry: MockConfigEntry, user_id: str | None
) -> tuple[bool, ...]:
    """Return whether a caller may read, control and administer the server."""
    call = ServiceCall(hass, DOMAIN, "action", {}, Context(user_id=user_id))
    allowed = []
    for require in REQUIREMENTS:
        try:
            await require(call, entry)
        except Unauthorized:
            allowed.append(False)
        else:
            allowed.append(True)
    return tuple(allowed)


@pytest.mark.parametrize(
    ("policy", "options", "expected"),
    [
        (ALL, {}, (True, True, False)),
        (ALL, {"allow_users": True}, (True, True, True)),
        (READ_ONLY, {}, (True, False, False)),
        (READ_ONLY, {"allow_users": True}, (True, False, False)),
        (NOTHING, {"allow_users": True}, (False, False, False)),
    ],
)
async def test_user_is_allowed_what_the_permissions_on_active_streams_allow(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    policy: dict[str, Any],
    options: dict[str, bool],
    expected: tuple[bool, ...],
) -> None:
    hass.config_entries.async_update_entry(loaded_entry, options=options)
    user = MockUser().add_to_hass(hass)
    user.mock_policy(policy)
    assert await _allowed(hass, loaded_entry, user.id) == expected


async def test_administrator_and_automation_are_allowed_everything(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, hass_admin_user: MockUser
) -> None:
    for user_id in (hass_admin_user.id, None):
        assert await _allowed(hass, loaded_entry, user_id) == (True, True, True)


async def test_unknown_user_is_refused(hass: HomeAssistant, loaded_entry: MockConfigEntry) -> None:
    call = ServiceCall(hass, DOMAIN, "action", {}, Context(user_id="gone"))
    for require in REQUIREMENTS:
        with pytest.raises(UnknownUser):
            await require(call, loaded_entry)


@pytest.mark.parametrize(
    ("entity_id", "expected"),
    [("sensor.harbour_active_streams", True), ("sensor.harbour_viewers", False)],
)
async def test_one_entity_decides(
    hass: HomeAssistant, loaded_entry: MockConfigEntry, entity_id: str, expected: bool
) -> None:
    user = MockUser().add_to_hass(hass)
    user.mock_policy({"entities": {"entity_ids": {entity_id: {"read": True, "control": True}}}})
    assert await _allowed(hass, loaded_entry, user.id) == (expected, expected, False)
