"""The forms of the config flow."""

from collections.abc import Iterable
from typing import Final

from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import voluptuous as vol

from ..api import Resource
from ..connection.gdm import DiscoveredServer

CONF_SERVER: Final = "server"

# Not of type URL: browsers reject "plex.local", which is a valid address here.
_ADDRESS: Final = TextSelector(TextSelectorConfig(autocomplete="off"))
_TOKEN: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD, autocomplete="off"))

RECONFIGURE_SCHEMA: Final = vol.Schema(
    {
        vol.Required(CONF_URL): _ADDRESS,
        vol.Optional(CONF_TOKEN): _TOKEN,
        vol.Required(CONF_VERIFY_SSL): bool,
    }
)
REAUTH_SCHEMA: Final = vol.Schema({vol.Required(CONF_TOKEN): _TOKEN})


def manual_schema(discovered: Iterable[DiscoveredServer]) -> vol.Schema:
    """Return the form for address and token; discovered servers can be selected as address."""
    options = [
        SelectOptionDict(value=server.url, label=f"{server.name} ({server.url})")
        for server in discovered
    ]
    address = (
        SelectSelector(
            SelectSelectorConfig(
                options=options, custom_value=True, mode=SelectSelectorMode.DROPDOWN
            )
        )
        if options
        else _ADDRESS
    )
    return vol.Schema(
        {
            vol.Required(CONF_URL): address,
            vol.Required(CONF_TOKEN): _TOKEN,
            vol.Required(CONF_VERIFY_SSL, default=True): bool,
        }
    )


def server_schema(servers: Iterable[Resource]) -> vol.Schema:
    """Return the form to select a server; owned servers come first, then by name."""
    options = [
        SelectOptionDict(
            value=server.machine_identifier,
            label=server.name if server.is_owned else f"{server.name} ({server.owner or '?'})",
        )
        for server in sorted(servers, key=lambda server: (not server.is_owned, server.name))
    ]
    return vol.Schema(
        {
            vol.Required(CONF_SERVER): SelectSelector(
                SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
            )
        }
    )
