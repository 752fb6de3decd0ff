"""Set a server up, sign in again, move it, and choose its options."""

import asyncio
from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_IGNORE,
    SOURCE_REAUTH,
    SOURCE_RECONFIGURE,
    ConfigEntry,
    ConfigEntryState,
    ConfigFlowResult,
    OptionsFlowWithReload,
)
from homeassistant.const import CONF_TOKEN, CONF_URL
from homeassistant.core import callback
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import voluptuous as vol
from yarl import URL

from .connection.gdm import DiscoveredServer, async_discover_servers
from .connection.validation import ValidConnection, async_identify, async_validate
from .const import DOMAIN
from .flow.options_form import form_values, merge_options, options_schema, policy_problem
from .flow.schemas import REAUTH_SCHEMA, RECONFIGURE_SCHEMA, manual_schema
from .flow.selectable_users import async_selectable_users
from .flow.sign_in_steps import SignInSteps
from .shared_state import async_get_shared


class PlexPulseConfigFlow(SignInSteps, domain=DOMAIN):
    """One entry for each Media Server, known by its machine identifier."""

    VERSION = 1

    def __init__(self) -> None:
        """Begin knowing of no address."""
        super().__init__()
        self._discovery: asyncio.Task[None] | None = None
        self._found: dict[str, DiscoveredServer] = {}
        self._suggested: dict[str, Any] = {}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> PlexPulseOptionsFlow:
        """Return the options flow; it needs no server to open."""
        return PlexPulseOptionsFlow()

    @callback
    @override
    def async_remove(self) -> None:
        """Stop what waits for somebody who has closed the dialog."""
        super().async_remove()
        if self._discovery is not None:
            self._discovery.cancel()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which way in, and look around meanwhile."""
        # The browser asks for the menu again when its page is loaded anew.
        if self._discovery is None:
            shared = async_get_shared(self.hass)
            self._discovery = self.hass.async_create_background_task(
                async_discover_servers(shared.discovery, shared.rate_limiters.clock, self._found),
                f"{DOMAIN} discovery",
            )
        return self.async_show_menu(menu_options=["sign_in", "manual"])

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """Hear of a server, and believe only what it says itself."""
        url = URL.build(scheme="http", host=discovery_info.host, port=discovery_info.port or 32400)
        identity = await async_identify(self.hass, url)
        if identity is None:
            return self.async_abort(reason="cannot_connect")
        entry = await self.async_set_unique_id(identity.machine_identifier)
        self._abort_if_unique_id_configured(
            updates={CONF_URL: str(url)} if entry is not None and _may_move(entry) else None
        )
        self._suggested = {CONF_URL: str(url)}
        name = discovery_info.name.partition("._")[0]
        self.context["title_placeholders"] = {"name": name}
        return await self.async_step_discovery_confirm()

    async def async_step_discovery_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask whether the server that was found is wanted, and which way in."""
        return self.async_show_menu(
            step_id="discovery_confirm",
            menu_options=["sign_in", "manual"],
            description_placeholders=self.context["title_placeholders"],
        )

    async def async_step_manual(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for address and token."""
        errors: dict[str, str] = {}
        if user_input is not None:
            result = await async_validate(self.hass, user_input)
            if isinstance(result, ValidConnection):
                return await self._async_create(result, result.data)
            errors["base"] = result
        return self._show(
            "manual",
            manual_schema(self._discovered()),
            user_input or self._suggested,
            errors,
        )

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin when the server is certain to refuse the token."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask which way to sign in again."""
        return self.async_show_menu(
            step_id="reauth_confirm",
            menu_options=["sign_in", "reauth_manual"],
            description_placeholders={"name": self._get_reauth_entry().title},
        )

    async def async_step_reauth_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new token."""
        return await self._async_change(
            "reauth_manual", REAUTH_SCHEMA, self._get_reauth_entry(), user_input
        )

    async def async_step_reconfigure(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask how to find the way to the server."""
        return self.async_show_menu(
            step_id="reconfigure", menu_options=["sign_in", "reconfigure_manual"]
        )

    async def async_step_reconfigure_manual(
        self, user_input: dict[str, Any] | None = None
    ) -> ConfigFlowResult:
        """Ask for a new address, and a new token if there is one."""
        return await self._async_change(
            "reconfigure_manual",
            RECONFIGURE_SCHEMA,
            self._get_reconfigure_entry(),
            user_input,
        )

    async def _async_change(
        self,
        step_id: str,
        schema: vol.Schema,
        entry: ConfigEntry,
        user_input: dict[str, Any] | None,
    ) -> ConfigFlowResult:
        """Change how an entry connects, if it still leads to the same server."""
        errors: dict[str, str] = {}
        if user_input is not None:
            # A browser may send an emptied field, or leave it out.
            token = user_input.get(CONF_TOKEN, "").strip() or entry.data[CONF_TOKEN]
            result = await async_validate(
                self.hass,
                {**entry.data, **user_input, CONF_TOKEN: token},
                machine_identifier=entry.unique_id,
            )
            if isinstance(result, ValidConnection):
                # Without the account: what was typed is meant, and nothing may replace it.
                return self._update(result.data)
            errors["base"] = result
        shown = {key: value for key, value in entry.data.items() if key != CONF_TOKEN}
        return self._show(step_id, schema, user_input or shown, errors)

    @override
    async def _async_connected(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Keep the way to a server of the account."""
        if self.source in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            return self._update(data)
        return await self._async_create(connection, data)

    async def _async_create(
        self, connection: ValidConnection, data: dict[str, Any]
    ) -> ConfigFlowResult:
        """Create the entry of a server that is not there yet."""
        await self.async_set_unique_id(
            connection.server.machine_identifier, raise_on_progress=False
        )
        self._abort_if_unique_id_configured()
        # A page that is open already does not load the dashboard's cards.
        is_first = not self._async_current_entries(include_ignore=False)
        return self.async_create_entry(
            title=connection.server.name,
            data=data,
            description="reload_page" if is_first else None,
        )

    @callback
    def _update(self, data: Mapping[str, Any]) -> ConfigFlowResult:
        """Keep what an entry connects with from now on."""
        entry = (
            self._get_reauth_entry()
            if self.source == SOURCE_REAUTH
            else self._get_reconfigure_entry()
        )
        return self.async_update_reload_and_abort(entry, data=data)

    @property
    @override
    def _wanted_server(self) -> str | None:
        """Return the one server this flow is about, None where any will do."""
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry().unique_id
        if self.source == SOURCE_RECONFIGURE:
            return self._get_reconfigure_entry().unique_id
        return self.unique_id

    def _discovered(self) -> list[DiscoveredServer]:
        """Return the servers found so far that are not set up yet."""
        known = self._async_current_ids(include_ignore=False)
        return sorted(
            (server for server in self._found.values() if server.machine_identifier not in known),
            key=lambda server: server.name,
        )


def _may_move(entry: ConfigEntry) -> bool:
    """Return whether an announcement may change an entry's address.

    A connection that works is left alone, and a secure one is not made a plain one.
    """
    if entry.source == SOURCE_IGNORE or URL(entry.data[CONF_URL]).scheme != "http":
        return False
    return (
        entry.state is not ConfigEntryState.LOADED or not entry.runtime_data.health.data.connected
    )


class PlexPulseOptionsFlow(OptionsFlowWithReload):
    """How patient to be with a server, and whose playing to follow there."""

    _users: Mapping[str, str] | None = None

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the retry policy, and for the users if the server tells who they are."""
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
