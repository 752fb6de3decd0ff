"""Set a server up, sign in again, move it, and choose its options."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import (
    ConfigEntry,
    ConfigFlow,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import callback
from homeassistant.helpers.selector import (
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from .const import DOMAIN
from .options import OPTIONS_SCHEMA, policy_problem
from .validation import ValidConnection, async_validate

# Not of type URL: browsers would refuse "plex.local", which is as good as any.
_ADDRESS: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
_TOKEN: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))

MANUAL_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _ADDRESS,
        vol.Required(CONF_TOKEN): _TOKEN,
        vol.Required(CONF_VERIFY_SSL, default=True): bool,
    }
)
RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _ADDRESS,
        vol.Optional(CONF_TOKEN): _TOKEN,
        vol.Required(CONF_VERIFY_SSL): bool,
    }
)
REAUTH_SCHEMA: Final = vol.Schema({vol.Required(CONF_TOKEN): _TOKEN})

_PLACEHOLDERS: Final = {
    "token_help_url": "https://support.plex.tv/articles/204059436",
    "example_address": "192.168.1.5:32400",
}


class PlexPulseConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry for each Media Server, known by its machine identifier."""

    VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> PlexPulseOptionsFlow:
        """Return the options flow; it needs no server to open."""
        return PlexPulseOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Begin where an address is typed, until there is another way in."""
        return await self.async_step_manual()

    async def async_step_manual(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            result = await async_validate(self.hass, user_input)
            if isinstance(result, ValidConnection):
                await self.async_set_unique_id(
                    result.server.machine_identifier, raise_on_progress=False
                )
                self._abort_if_unique_id_configured()
                return self.async_create_entry(title=result.server.name, data=result.data)
            errors["base"] = result
        return self._show("manual", MANUAL_SCHEMA, user_input, errors)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the server is certain to refuse the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new token."""
        return await self._async_update_entry(
            "reauth_confirm", REAUTH_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new address, and a new token if there is one."""
        return await self._async_update_entry(
            "reconfigure", RECONFIGURE_SCHEMA, self._get_reconfigure_entry(), user_input
        )

    async def _async_update_entry(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Change how an entry connects, if it still leads to the same server."""
        errors: dict[str, str] = {}
        if user_input is not None:
            result = await async_validate(self.hass, {**entry.data, **user_input})
            if not isinstance(result, ValidConnection):
                errors["base"] = result
            elif result.server.machine_identifier != entry.unique_id:
                errors["base"] = "wrong_server"
            else:
                return self.async_update_reload_and_abort(entry, data=result.data)
        shown = {key: value for key, value in entry.data.items() if key != CONF_TOKEN}
        return self._show(step_id, schema, user_input or shown, errors)

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        """Show a form, with all that was typed kept after an error."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders=_PLACEHOLDERS,
        )


class PlexPulseOptionsFlow(OptionsFlowWithReload):
    """How patient to be with a server."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the retry policy."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if (problem := policy_problem(user_input)) is None:
                return self.async_create_entry(data=user_input)
            errors["base"] = problem
        return self.async_show_form(
            step_id="init",
            data_schema=self.add_suggested_values_to_schema(
                OPTIONS_SCHEMA, user_input or self.config_entry.options
            ),
            errors=errors,
        )
