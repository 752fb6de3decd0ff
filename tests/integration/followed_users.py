"""Helpers for followed users."""

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.entity_ids import USER_NOW_PLAYING
from tests.simulator.users_and_players import User

from .config_flow_helpers import prefilled
from .helpers import settle

JUNIPERS = USER_NOW_PLAYING.format("juniper")
PICTURE = "image.harbour_juniper_now_playing"


async def follow_users(hass: HomeAssistant, entry: MockConfigEntry, *users: User) -> None:
    """Select the followed users in the options."""
    form = await hass.config_entries.options.async_init(entry.entry_id)
    assert not form["errors"]
    result = await hass.config_entries.options.async_configure(
        form["flow_id"], prefilled(form) | {"followed_users": [str(user.id) for user in users]}
    )
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await settle(hass)


def device_of(
    devices: dr.DeviceRegistry, entry: MockConfigEntry, user: User
) -> dr.DeviceEntry | None:
    """Return a user's device."""
    return devices.async_get_device_by_identifier(
        (DOMAIN, f"{entry.unique_id}_{user.id}"), entry.entry_id
    )
