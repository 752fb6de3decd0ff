"""Find out why a server refuses the token of an entry, to explain it in the reauth flow."""

from enum import StrEnum
from typing import Final

from homeassistant.const import CONF_TOKEN
from homeassistant.core import HomeAssistant

from ..api import PlexApiError, PlexErrorKind, RetryPolicy
from ..clients import async_create_account_client, async_create_client
from ..const import CONF_ACCOUNT_TOKEN
from ..runtime_data import PlexPulseConfigEntry

_POLICY: Final = RetryPolicy(max_retries=0, attempt_timeout=3, total_timeout=3)
"""The reauth flow starts after these requests."""


class Refusal(StrEnum):
    """Why a token is refused; each value is the first step of the reauth flow."""

    UNKNOWN = "reauth_confirm"
    UNCLAIMED = "reauth_unclaimed"
    """The server is not signed in to an account, so it accepts no token."""
    SIGNED_OUT = "reauth_signed_out"
    """plex.tv refuses the token of the account."""
    NOT_SHARED = "reauth_not_shared"
    """The account has no access to the server any more."""


async def async_explain_refusal(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> Refusal:
    """Return what the server, and plex.tv for an entry with an account, say about the token.

    The server is sent no token. A failure explains nothing.
    """
    if await async_is_unclaimed(hass, entry):
        return Refusal.UNCLAIMED
    account: str | None = entry.data.get(CONF_ACCOUNT_TOKEN)
    if account is None:
        return Refusal.UNKNOWN
    try:
        client = await async_create_account_client(hass, account, _POLICY)
        servers = await client.get_servers()
    except PlexApiError as err:
        is_refused = err.kind is PlexErrorKind.AUTHENTICATION
        return Refusal.SIGNED_OUT if is_refused else Refusal.UNKNOWN
    is_listed = any(server.machine_identifier == entry.unique_id for server in servers)
    return Refusal.UNKNOWN if is_listed else Refusal.NOT_SHARED


async def async_is_unclaimed(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> bool:
    """Return whether the server of an entry says that it is not signed in to an account."""
    try:
        client = await async_create_client(
            hass, {**entry.data, CONF_TOKEN: ""}, _POLICY, entry.entry_id[-6:]
        )
        identity = await client.get_identity()
    except PlexApiError:
        return False
    return identity.machine_identifier == entry.unique_id and identity.is_claimed is False
