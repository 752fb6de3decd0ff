"""The steps of a config flow that lead through Plex's own sign-in."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlow, ConfigFlowResult
from homeassistant.core import callback
import voluptuous as vol

from ..api import PlexApiError, PlexErrorReason, Resource
from ..clients import async_create_account_client
from ..connection.relocation import async_find_connection, connection_data
from ..connection.validation import ValidConnection, async_validate
from ..errors import SignInProblem, sign_in_problem
from .schemas import CONF_SERVER, server_schema
from .sign_in import SignIn

_PLACEHOLDERS: Final = {
    "token_help_url": "https://support.plex.tv/articles/204059436",
    "example_address": "192.168.1.5:32400",
}

_PASSING: Final = frozenset({SignInProblem.RATE_LIMITED, SignInProblem.UNREACHABLE})


class SignInSteps(ConfigFlow):
    """Sign in, choose a server, find the best way to it; then hand over."""

    def __init__(self) -> None:
        """Begin signed in nowhere."""
        self._sign_in: SignIn | None = None
        self._approval_url = ""
        self._problem = ""
        self._servers: dict[str, Resource] = {}

    @property
    @abstractmethod
    def _wanted_server(self) -> str | None:
        """Return the one server this flow is about, None where any will do."""

    @abstractmethod
    async def _async_connected(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Go on with a way to the server that works, and what an entry keeps of it."""

    @callback
    @override
    def async_remove(self) -> None:
        """Stop what waits for somebody who has closed the dialog."""
        if self._sign_in is not None:
            self._sign_in.cancel()

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Open Plex's own page, and stay until it is known how that ended."""
        if self._sign_in is None:
            self._sign_in = SignIn(self.hass, self.flow_id)
            try:
                self._approval_url = await self._sign_in.async_begin()
            except PlexApiError as err:
                self._sign_in = None
                self._problem = sign_in_problem(err)
                return await self.async_step_sign_in_failed()
        if self._sign_in.is_over:
            return self.async_external_step_done(next_step_id="sign_in_done")
        return self.async_external_step(step_id="sign_in", url=self._approval_url)

    async def async_step_sign_in_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Read which servers the account may use."""
        sign_in = self._sign_in
        if sign_in is None or sign_in.token is None:
            self._problem = sign_in.problem if sign_in and sign_in.problem else "unknown"
            return await self.async_step_sign_in_failed()
        try:
            client = await async_create_account_client(self.hass, sign_in.token)
            servers = await client.get_servers()
        except PlexApiError as err:
            self._problem = sign_in_problem(err)
            return await self.async_step_sign_in_failed()
        if (wanted := self._wanted_server) is not None:
            servers = tuple(item for item in servers if item.machine_identifier == wanted)
            self._problem = "wrong_account"
        else:
            known = self._async_current_ids(include_ignore=False)
            servers = tuple(item for item in servers if item.machine_identifier not in known)
            self._problem = "no_servers"
        self._servers = {server.machine_identifier: server for server in servers}
        match servers:
            case []:
                return await self.async_step_sign_in_failed()
            case [server]:
                return await self.async_step_server({CONF_SERVER: server.machine_identifier})
            case _:
                return await self.async_step_server()

    async def async_step_sign_in_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Say what went wrong, and offer to try again."""
        if user_input is not None:
            # Who has approved need not do so again, because plex.tv was away afterwards.
            if self._sign_in and self._sign_in.token and self._problem in _PASSING:
                return await self.async_step_sign_in_done()
            self._sign_in = None
            return await self.async_step_sign_in()
        return self._show("sign_in_failed", vol.Schema({}), None, {"base": self._problem})

    async def async_step_server(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which server, then find the best way to it."""
        errors: dict[str, str] = {}
        if user_input is not None:
            resource = self._servers[user_input[CONF_SERVER]]
            result = await self._async_reach(resource)
            if not isinstance(result, str):
                return await self._async_connected(*result)
            errors["base"] = result
        return self._show("server", server_schema(self._servers.values()), user_input, errors)

    async def _async_reach(
        self, resource: Resource
    ) -> tuple[ValidConnection, dict[str, Any]] | str:
        """Return the connection to a server of the account, or the key of what is in the way."""
        try:
            found = await async_find_connection(self.hass, resource)
        except PlexApiError as err:
            is_refused = err.reason is PlexErrorReason.PLEX_DIRECT_UNRESOLVED
            return "dns_rebinding" if is_refused else "cannot_connect"
        account_token = self._sign_in.token if self._sign_in else None
        data = connection_data(resource, found, account_token or "")
        result = await async_validate(
            self.hass, data, machine_identifier=resource.machine_identifier
        )
        return (result, data) if isinstance(result, ValidConnection) else result

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
