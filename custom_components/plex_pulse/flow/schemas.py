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
_SHOWN_IDENTIFIER: Final = 6
"""Characters of a machine identifier in the name of a server that is not unique."""

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
        SelectOptionDict(value=server.address, label=f"{server.name} ({server.address})")
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
            vol.Optional(CONF_TOKEN): _TOKEN,
            vol.Required(CONF_VERIFY_SSL, default=True): bool,
        }
    )


def server_schema(servers: Iterable[Resource]) -> vol.Schema:
    """Return the form to select a server; owned servers come first, then by name."""
    servers = sorted(servers, key=lambda server: (not server.is_owned, server.name))
    labels = [_label(server) for server in servers]
    options = [
        SelectOptionDict(
            value=server.machine_identifier,
            label=label if labels.count(label) == 1 else f"{label} - {_distinction(server)}",
        )
        for server, label in zip(servers, labels, strict=True)
    ]
    return vol.Schema(
        {
            vol.Required(CONF_SERVER): SelectSelector(
                SelectSelectorConfig(options=options, mode=SelectSelectorMode.LIST)
            )
        }
    )


def _label(server: Resource) -> str:
    """Return the name of a server, with that of its owner if it is shared."""
    return server.name if server.is_owned else f"{server.name} ({server.owner or '?'})"


def _distinction(server: Resource) -> str:
    """Return the suffix for servers with the same name: an address and the machine identifier."""
    identifier = server.machine_identifier[:_SHOWN_IDENTIFIER]
    # Several servers in containers have the same address of the container network.
    address = next(
        (item for item in server.connections if item.is_local and not item.is_relay), None
    )
    return identifier if address is None else f"{address.address}:{address.port}, {identifier}"
