"""Config flow mixin: confirm that another server takes the place of the entry's."""

from collections.abc import Mapping
from typing import Any

from homeassistant.config_entries import SOURCE_IGNORE, ConfigFlowResult
import voluptuous as vol

from ..connection.server_search import ConnectionInvalidError
from ..connection.validation import ValidConnection, async_validate
from ..const import DOMAIN
from ..takeover.plan import TakeOverFailedError, TakeOverPlan
from .sign_in_steps import SignInSteps


class TakeOverStep(SignInSteps):
    """Reconfigure an entry for a reinstalled server."""

    _plan: TakeOverPlan
    """Set before the step is shown."""

    async def async_step_take_over(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show both servers, and rename everything when the user confirms."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                await self._plan.async_run()
            except TakeOverFailedError:
                errors["base"] = "take_over_failed"
            else:
                return self.async_abort(reason="server_taken_over")
        return self.async_show_form(
            step_id="take_over",
            data_schema=vol.Schema({}),
            errors=errors,
            description_placeholders=self._plan.placeholders,
        )

    async def _async_validate_other(self, user_input: Mapping[str, Any]) -> ValidConnection:
        """Return the connection to another server than the entry's.

        It gets the token that the user has entered for it, and never the stored one.

        Raises:
            ConnectionInvalidError: `wrong_server` if a token for it is needed, or the
                connection does not work.

        """
        try:
            return await async_validate(self.hass, user_input)
        except ConnectionInvalidError as err:
            if err.key == "token_required":
                raise ConnectionInvalidError(key="wrong_server") from err
            raise

    async def _async_offer_take_over(
        self, connection: ValidConnection, data: Mapping[str, Any]
    ) -> ConfigFlowResult:
        """Show what changes if the server of a connection takes the entry over."""
        other = self.hass.config_entries.async_entry_for_domain_unique_id(
            DOMAIN, connection.server.machine_identifier
        )
        if other is not None and other.source != SOURCE_IGNORE:
            return self.async_abort(reason="already_configured")
        self._plan = TakeOverPlan.create(self.hass, self._get_reconfigure_entry(), connection, data)
        return await self.async_step_take_over()
