"""The users that can be selected in the options form."""

from collections.abc import Mapping
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..api import PlexApiError, RetryPolicy
from ..clients import async_create_client
from ..followed_names import account_names
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry

_LOGGER = logging.getLogger(__name__)

# The user waits in front of the form.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=4, total_timeout=5)


async def async_selectable_users(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> tuple[Mapping[str, str], dict[str, str]]:
    """Return the names of the selectable users by account id, and the errors of the form.

    Followed users are included even if they no longer exist on the server, so that they
    can be deselected; only they are, with an error, if the server cannot be read. There
    are none if the token cannot read sessions.
    """
    if entry.state is ConfigEntryState.LOADED and not entry.runtime_data.sessions.can_read_sessions:
        return {}, {}
    followed = followed_users(entry.options)
    try:
        client = await async_create_client(hass, entry.data, _POLICY, entry.entry_id[-6:])
        # Another server may use the address now, and must not receive the token.
        await client.verify_identity(str(entry.unique_id))
        accounts = await client.get_accounts()
    except PlexApiError as err:
        _LOGGER.debug("The users of the server could not be read: %s", err)
        return followed, {"base": "users_unknown"}
    return followed | account_names(accounts), {}
