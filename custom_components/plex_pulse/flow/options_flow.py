"""Options flow: edit the retry policy and the followed users of an entry."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import ConfigFlowResult, OptionsFlowWithReload

from .options_form import form_values, merge_options, options_schema, policy_problem
from .selectable_users import async_selectable_users


class PlexPulseOptionsFlow(OptionsFlowWithReload):
    """Options: the retry policy and the followed users."""

    _users: Mapping[str, str] | None = None

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the form; users can be selected if the server lists them."""
        options = self.config_entry.options
        errors: dict[str, str] = {}
        if self._users is None:
            self._users, errors = await async_selectable_users(self.hass, self.config_entry)
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
