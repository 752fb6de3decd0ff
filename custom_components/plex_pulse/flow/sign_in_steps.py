"""Config flow mixin: the steps of the Plex sign-in."""

from abc import abstractmethod
from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigFlow, ConfigFlowResult
from homeassistant.core import callback
import voluptuous as vol

from ..api import PlexApiError, Resource
from ..clients import async_create_account_client
from ..connection.refusal import async_is_unclaimed
from ..connection.relocation import async_find_connection, connection_data
from ..connection.server_search import ConnectionInvalidError
from ..connection.validation import ValidConnection, async_validate
from ..errors import SignInProblem, find_connection_error, sign_in_problem
from ..options import DEFAULT_POLICY
from .schemas import CONF_SERVER, server_schema
from .sign_in import SignIn

_PLACEHOLDERS: Final = {
    "token_help_url": "https://support.plex.tv/articles/204059436",
    "example_address": "192.168.1.5:32400",
}

_RETRYABLE_PROBLEMS: Final = frozenset({SignInProblem.RATE_LIMITED, SignInProblem.UNREACHABLE})
"""The token that plex.tv has issued is still valid after these."""


class SignInSteps(ConfigFlow):
    """Sign in to Plex, select a server, find its best address."""

    def __init__(self) -> None:
        """Start without a sign-in."""
        self._sign_in: SignIn | None = None
        self._approval_url = ""
        self._problem = ""
        self._servers: dict[str, Resource] = {}

    @property
    @abstractmethod
    def _required_server(self) -> str | None:
        """Return the machine identifier of the server of this flow, None if any will do."""

    @abstractmethod
    async def _async_finish(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Finish the flow with a connection that works and the data of the config entry."""

    @callback
    @override
    def async_remove(self) -> None:
        """Cancel the sign-in when the flow ends or the user closes the dialog."""
        if self._sign_in is not None:
            self._sign_in.async_cancel()

    async def async_step_sign_in(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Open Plex's sign-in page, and continue once the sign-in is done."""
        if self._sign_in is None:
            sign_in = SignIn(self.hass, self.flow_id)
            # Set before plex.tv answers, so that closing the dialog cancels it.
            self._sign_in = sign_in
            try:
                self._approval_url = await sign_in.async_start()
            except PlexApiError as err:
                self._sign_in = None
                return await self._async_show_problem(sign_in_problem(err))
        if self._sign_in.is_done:
            return self.async_external_step_done(next_step_id="sign_in_done")
        return self.async_external_step(step_id="sign_in", url=self._approval_url)

    async def async_step_sign_in_done(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Read the servers of the account; continue with the only one, or let the user select."""
        sign_in = self._sign_in
        if sign_in is None or sign_in.token is None:
            problem = sign_in.problem if sign_in is not None else None
            return await self._async_show_problem(problem or "unknown")
        try:
            client = await async_create_account_client(self.hass, sign_in.token)
            servers = self._selectable_servers(await client.get_servers())
        except PlexApiError as err:
            return await self._async_show_problem(sign_in_problem(err))
        self._servers = {server.machine_identifier: server for server in servers}
        return await self._async_continue_with(servers)

    async def _async_continue_with(self, servers: list[Resource]) -> ConfigFlowResult:
        """Continue with the required or the only server, or let the user select one."""
        required = self._required_server
        if required in self._servers:
            return await self.async_step_server({CONF_SERVER: required})
        match servers:
            case []:
                return await self._async_show_problem(await self._async_why_no_server())
            case _ if required is not None:
                return await self.async_step_replacement()
            case [server]:
                return await self.async_step_server({CONF_SERVER: server.machine_identifier})
            case _:
                return await self.async_step_server()

    async def _async_why_no_server(self) -> str:
        """Return the error key if the account has no server that this flow can use."""
        if self._required_server is None:
            return "no_servers"
        entry = self.hass.config_entries.async_get_entry(self.context.get("entry_id", ""))
        if entry is not None and await async_is_unclaimed(self.hass, entry):
            return "server_unclaimed"
        return "wrong_account"

    async def async_step_sign_in_failed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show why the sign-in failed, and retry when the user submits the form."""
        if user_input is not None:
            # plex.tv failed after the approval: the user need not approve again.
            if self._sign_in and self._sign_in.token and self._problem in _RETRYABLE_PROBLEMS:
                return await self.async_step_sign_in_done()
            self._sign_in = None
            return await self.async_step_sign_in()
        return self._show("sign_in_failed", vol.Schema({}), None, {"base": self._problem})

    async def async_step_server(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user select a server, then find its best address."""
        return await self._async_select_server("server", user_input)

    async def async_step_replacement(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user select the server that replaces one that the account does not have."""
        return await self._async_select_server("replacement", user_input)

    async def _async_select_server(
        self, step_id: str, user_input: dict[str, Any] | None
    ) -> ConfigFlowResult:
        """Show the servers of the account, and finish with the selected one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                connection, data = await self._async_connect(self._servers[user_input[CONF_SERVER]])
            except ConnectionInvalidError as err:
                errors["base"] = err.key
            else:
                return await self._async_finish(connection, data)
        return self._show(step_id, server_schema(self._servers.values()), user_input, errors)

    def _selectable_servers(self, servers: tuple[Resource, ...]) -> list[Resource]:
        """Return the servers of an account that this flow can set up or update.

        When an entry is reconfigured, these include servers that could replace its own.
        """
        required = self._required_server
        if required is not None and self.source != SOURCE_RECONFIGURE:
            return [server for server in servers if server.machine_identifier == required]
        configured = self._async_current_ids(include_ignore=False) - {required}
        return [server for server in servers if server.machine_identifier not in configured]

    async def _async_connect(self, resource: Resource) -> tuple[ValidConnection, dict[str, Any]]:
        """Return the connection to a server of the account, and the data of the config entry.

        Raises:
            ConnectionInvalidError: no address works, or the server refuses the token.

        """
        try:
            found = await async_find_connection(
                self.hass,
                resource,
                allow_plain=True,
                response_seconds=DEFAULT_POLICY.total_timeout,
            )
        except PlexApiError as err:
            raise ConnectionInvalidError(key=find_connection_error(err)) from err
        account_token = self._sign_in.token if self._sign_in else None
        data = connection_data(resource, found, account_token or "")
        connection = await async_validate(
            self.hass, data, machine_identifier=resource.machine_identifier
        )
        return connection, data

    async def _async_show_problem(self, problem: str) -> ConfigFlowResult:
        """Show the form for a failed sign-in; `problem` is its error key."""
        self._problem = problem
        return await self.async_step_sign_in_failed()

    def _show(
        self,
        step_id: str,
        schema: vol.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
    ) -> ConfigFlowResult:
        """Show a form that keeps the user's input after an error."""
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders=_PLACEHOLDERS,
        )
