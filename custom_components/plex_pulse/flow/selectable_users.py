"""The users that the options form offers to follow."""

from collections import Counter
from collections.abc import Mapping
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..api import PlexApiError, RetryPolicy
from ..clients import async_create_client
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from ..streams.attributes import display_name

_LOGGER = logging.getLogger(__name__)

# A person waits in front of the form.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=4, total_timeout=5)


async def async_selectable_users(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> tuple[Mapping[str, str], dict[str, str]]:
    """Return who can be followed as names by account id, and what a form says if in doubt.

    Those who are followed are among them even if they have left the server, so that they
    can be given up. With a shared user's token nobody is: it may not see what plays.
    """
    if entry.state is ConfigEntryState.LOADED and not entry.runtime_data.sessions.can_read_sessions:
        return {}, {}
    followed = followed_users(entry.options)
    try:
        client = await async_create_client(hass, entry.data, _POLICY, entry.entry_id[-6:])
        # The address may lead to another server by now, which must not see the token.
        await client.verify_identity(str(entry.unique_id))
        accounts = await client.get_accounts()
    except PlexApiError as err:
        _LOGGER.debug("The users to choose from are not known: %s", err)
        return followed, {"base": "users_unknown"}
    names = {
        account.account_id: display_name(account.name) or account.account_id for account in accounts
    }
    # E-mail addresses of several people may begin with the same name.
    count = Counter(names.values())
    for account_id, name in names.items():
        if count[name] > 1:
            names[account_id] = f"{name} ({account_id})"
    return followed | names, {}
