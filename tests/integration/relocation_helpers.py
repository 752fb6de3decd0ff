"""Helpers for servers that move: addresses at plex.tv, and repair issues."""

from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import DOMAIN
from tests.simulator import PlexSimulator, PlexTvSimulator, ServerConnection

from .conftest import ACCOUNT_TOKEN, TOKEN, Advance

ACCOUNT: Final = "owner"
RESOURCES: Final = "/api/v2/resources"


def set_addresses(
    plextv: PlexTvSimulator,
    entry: MockConfigEntry,
    *places: PlexSimulator | ServerConnection,
    https_required: bool = False,
) -> None:
    """Set the addresses of an entry's server at plex.tv."""
    if ACCOUNT not in plextv.accounts:
        plextv.add_account(ACCOUNT, ACCOUNT_TOKEN)
    plextv.accounts[ACCOUNT].servers.clear()
    plextv.add_server(
        ACCOUNT,
        "Harbour",
        str(entry.unique_id),
        TOKEN,
        connections=[
            plextv.connection_to(place) if isinstance(place, PlexSimulator) else place
            for place in places
        ],
        https_required=https_required,
    )


async def fail_until_relocation(advance: Advance) -> None:
    """Let three polls fail, after which a new address is requested from plex.tv."""
    for _ in range(3):
        await advance(10)


def issue_keys(hass: HomeAssistant) -> set[str | None]:
    """Return the translation keys of the integration's issues."""
    return {
        issue.translation_key
        for (domain, _), issue in ir.async_get(hass).issues.items()
        if domain == DOMAIN
    }
