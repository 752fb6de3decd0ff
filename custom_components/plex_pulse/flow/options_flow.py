"""Options flow: edit the retry policy and the followed users of an entry."""

from collections.abc import Mapping
import logging
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.core import HomeAssistant

from ..api import PlexApiError, RetryPolicy
from ..clients import async_create_client
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from ..streams.followed_names import account_names
from .options_form import form_values, merge_options, options_schema, policy_problem

_LOGGER = logging.getLogger(__name__)

# The user waits in front of the form.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=4, total_timeout=5)


class PlexPulseOptionsFlow(OptionsFlowWithReload):
    """Options: the retry policy and the followed users."""

    _users: Mapping[str, str] | None = None

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the form; users can be selected if the server lists them."""
        options = self.config_entry.options
        errors: dict[str, str] = {}
        if self._users is None:
            self._users, errors = await _async_selectable_users(self.hass, self.config_entry)
        if user_input is not None:
            if (problem := policy_problem(user_input)) is None:
                return self.async_create_entry(data=merge_options(user_input, options, self._users))
            errors["base"] = problem
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                options_schema(self._users), user_input or form_values(options)
            ),
            errors=errors,
        )


async def _async_selectable_users(
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
