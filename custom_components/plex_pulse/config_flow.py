"""Config flow: set up a server, reauthenticate, reconfigure, and edit its options."""

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigFlowResult,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import voluptuous as vol
from yarl import URL

from .connection.announcement import async_handle_announcement
from .connection.certificate import without_certificate_name
from .connection.gdm import DiscoveredServer, async_discover_servers, clean_name
from .connection.refusal import Refusal, async_explain_refusal
from .connection.server_search import ConnectionInvalidError, async_identify
from .connection.token import extract_token
from .connection.validation import ValidConnection, async_validate
from .const import DOMAIN
from .flow.markdown import escape_markdown
from .flow.options_flow import PlexPulseOptionsFlow
from .flow.schemas import REAUTH_SCHEMA, RECONFIGURE_SCHEMA, manual_schema
from .flow.take_over_step import TakeOverStep
from .options import retry_policy
from .runtime_data import PlexPulseConfigEntry
from .shared_state import async_get_shared


class PlexPulseConfigFlow(TakeOverStep, domain=DOMAIN):
    """Create one entry per Media Server; its unique id is the machine identifier."""

    VERSION = 1
    MINOR_VERSION = 2

    def __init__(self) -> None:
        """Start without a discovered or announced address."""
        super().__init__()
        self._discovery: asyncio.Task[None] | None = None
        self._discovered: dict[str, DiscoveredServer] = {}
        self._suggested_values: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: PlexPulseConfigEntry) -> PlexPulseOptionsFlow:
        """Return the options flow; it also opens while the server is unreachable."""
        return PlexPulseOptionsFlow()

    @callback
    @override
    def async_remove(self) -> None:
        """Cancel sign-in and discovery when the flow ends or the user closes the dialog."""
        super().async_remove()
        if self._discovery is not None:
            self._discovery.cancel()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show the menu, and start discovery in the background."""
        # The frontend requests this step again when its page is reloaded.
        if self._discovery is None:
            shared = async_get_shared(self.hass)
            self._discovery = self.hass.async_create_background_task(
                async_discover_servers(
                    shared.discovery, shared.rate_limiters.clock, self._discovered
                ),
                f"{DOMAIN} discovery",
            )
        return self.async_show_menu(menu_options=["sign_in", "manual"])

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Handle an announced server; its identity is read from the server itself."""
        url = URL.build(scheme="http", host=discovery_info.host, port=discovery_info.port or 32400)
        found = await async_identify(self.hass, url)
        if found is None:
            return self.async_abort(reason="cannot_connect")
        url, identity = found
        entry = await self.async_set_unique_id(identity.machine_identifier)
        if entry is not None:
            await async_handle_announcement(self.hass, entry, url)
        self._abort_if_unique_id_configured()
        # Without a scheme, so that the form uses https wherever the server proves itself.
        self._suggested_values = {CONF_URL: url.authority}
        name = clean_name(discovery_info.name.partition("._")[0]) or url.authority
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for a discovered server."""
        return self.async_show_menu(
            step_id="discovery_confirm",
            menu_options=["sign_in", "manual"],
            description_placeholders={
                "name": escape_markdown(self.context["title_placeholders"]["name"])
            },
        )

    async def async_step_manual(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Let the user enter address and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            # Without a token: a server that is not claimed, or that allows this network.
            token = extract_token(user_input.get(CONF_TOKEN, ""), user_input[CONF_URL])
            try:
                connection = await async_validate(self.hass, {**user_input, CONF_TOKEN: token})
            except ConnectionInvalidError as err:
                errors["base"] = err.key
            else:
                return await self._async_create(connection, connection.data)
        return self._show(
            "manual",
            manual_schema(self._new_servers()),
            user_input or self._suggested_values,
            errors,
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Start reauthentication: the server refuses the token, and this is confirmed."""
        return self._show_reauth_menu(
            await async_explain_refusal(self.hass, self._get_reauth_entry())
        )

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for reauthentication if the reason of the refusal is unknown."""
        return self._show_reauth_menu(Refusal.UNKNOWN)

    async def async_step_reauth_unclaimed(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for reauthentication at a server without an account."""
        return self._show_reauth_menu(Refusal.UNCLAIMED)

    async def async_step_reauth_signed_out(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for reauthentication with an account that was signed out."""
        return self._show_reauth_menu(Refusal.SIGNED_OUT)

    async def async_step_reauth_not_shared(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for reauthentication at a server that is no longer shared."""
        return self._show_reauth_menu(Refusal.NOT_SHARED)

    @callback
    def _show_reauth_menu(self, refusal: Refusal) -> ConfigFlowResult:
        """Show the menu that explains why the token is refused."""
        return self.async_show_menu(
            step_id=refusal.value,
            menu_options=["sign_in", "reauth_manual"],
            description_placeholders={"name": escape_markdown(self._get_reauth_entry().title)},
        )

    async def async_step_reauth_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user enter a new token."""
        return await self._async_show_connection_form(
            "reauth_manual", REAUTH_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Show the menu for reconfiguration."""
        return self.async_show_menu(
            step_id="reconfigure", menu_options=["sign_in", "reconfigure_manual"]
        )

    async def async_step_reconfigure_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Let the user enter another address, and optionally another token."""
        return await self._async_show_connection_form(
            "reconfigure_manual",
            RECONFIGURE_SCHEMA,
            self._get_reconfigure_entry(),
            user_input,
        )

    async def _async_show_connection_form(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: PlexPulseConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Show a form for the connection of an entry, and update it if it is the same server."""
        errors: dict[str, str] = {}
        if user_input is not None:
            # The frontend sends an emptied field as "" or omits it.
            pasted, address = user_input.get(CONF_TOKEN, ""), user_input.get(CONF_URL, "")
            token = extract_token(pasted, address).strip()
            try:
                connection = await self._async_validate_entry(
                    entry, {**user_input, CONF_TOKEN: token}
                )
            except ConnectionInvalidError as err:
                errors["base"] = err.key
            else:
                # Without the account token: relocation must not replace a typed address.
                return await self._async_finish(connection, connection.data)
        values = {key: value for key, value in entry.data.items() if key != CONF_TOKEN}
        return self._show(step_id, schema, user_input or values, errors)

    async def _async_validate_entry(
        self, entry: PlexPulseConfigEntry, user_input: Mapping[str, Any]
    ) -> ValidConnection:
        """Return the connection of an entry with what the user has changed.

        An empty token keeps the stored one, which only the server of the entry receives. When
        an entry is reconfigured, another server is accepted with a token of its own.

        Raises:
            ConnectionInvalidError: the connection does not work.

        """
        token = user_input[CONF_TOKEN] or entry.data[CONF_TOKEN]
        typed = {**entry.data, **user_input, CONF_TOKEN: token}
        if typed[CONF_URL] != entry.data[CONF_URL]:
            # The certificate at a typed address is trusted, as when a server is added.
            typed = without_certificate_name(typed)
        try:
            return await async_validate(
                self.hass,
                typed,
                machine_identifier=entry.unique_id,
                total_timeout=retry_policy(entry.options).total_timeout,
            )
        except ConnectionInvalidError as err:
            if err.key != "wrong_server" or self.source != SOURCE_RECONFIGURE:
                raise
        return await self._async_validate_other(user_input)

    @override
    async def _async_finish(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Create the entry of a server, update it, or offer the server to take it over."""
        if self.source == SOURCE_RECONFIGURE and (
            connection.server.machine_identifier != self._required_server
        ):
            return await self._async_offer_take_over(connection, data)
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            return self._update(data)
        return await self._async_create(connection, data)

    async def _async_create(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Create the entry of a server, unless it has one already."""
        await self.async_set_unique_id(
            connection.server.machine_identifier, raise_on_progress=False
        )
        self._abort_if_unique_id_configured()
        # A page that is open already does not load the dashboard's cards.
        is_first = not self._async_current_entries(include_ignore=False)
        return self.async_create_entry(
            title=self._unused_title(connection.server.name),
            data=data,
            description="reload_page" if is_first else None,
        )

    def _unused_title(self, name: str) -> str:
        """Return the name of a server, with a number if another entry has it as its title."""
        used = {entry.title for entry in self._async_current_entries(include_ignore=False)}
        numbered = (f"{name} ({number})" for number in range(2, len(used) + 3))
        return next(title for title in (name, *numbered) if title not in used)

    @callback
    def _update(self, data: Mapping[str, Any]) -> ConfigFlowResult:
        """Update the connection of the entry of this flow, and reload it."""
        entry = (
            self._get_reauth_entry()
            if self.source == SOURCE_REAUTH
            else self._get_reconfigure_entry()
        )
        return self.async_update_reload_and_abort(entry, data=data)

    @property
    @override
    def _required_server(self) -> str | None:
        """Return the machine identifier of the server of this flow, None if any will do."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry().unique_id
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().unique_id
        return self.unique_id

    def _new_servers(self) -> list[DiscoveredServer]:
        """Return the servers discovered so far that have no entry yet, by name."""
        configured = self._async_current_ids(include_ignore=False)
        return sorted(
            (
                server
                for server in self._discovered.values()
                if server.machine_identifier not in configured
            ),
            key=lambda server: server.name,
        )
