"""Decide what an announcement on the network means for a server that is set up."""

from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryState
from homeassistant.const import CONF_URL
from homeassistant.core import HomeAssistant
from yarl import URL

from ..const import CONF_CERTIFICATE_NAME
from ..coordinator.health import may_have_moved
from ..issues import Issue, async_set_issue
from ..runtime_data import PlexPulseConfigEntry
from .address import is_host_name
from .certificate import async_prove
from .move_repairs import async_answers_at
from .moves import MoveSource, async_reload_moved, async_save_connection


async def async_handle_announcement(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, url: URL
) -> None:
    """Use an announced address if the server proves itself there, else offer it in a repair.

    Anybody on the network can announce a server and answer with its identifier, so without a
    certificate name only a user may change the address, and never from https to http. A host
    name stays: the next address that DHCP assigns would break the entry again.
    """
    saved = URL(entry.data.get(CONF_URL, ""))
    is_used = entry.source != SOURCE_IGNORE and entry.disabled_by is None
    if not is_used or is_host_name(saved) or not _is_lost(entry):
        return
    if (name := entry.data.get(CONF_CERTIFICATE_NAME)) is not None:
        proof = await async_prove(hass, url, certificate_name=name)
        if proof is None or proof.identity.machine_identifier != entry.unique_id:
            return
        data = {**entry.data, CONF_URL: str(proof.url)}
        if async_save_connection(hass, entry, data, MoveSource.ANNOUNCEMENT):
            async_reload_moved(hass, entry)
        return
    announced = url.with_scheme(saved.scheme)
    if announced != saved and await async_answers_at(hass, entry, announced):
        async_set_issue(hass, entry, Issue.SERVER_MOVED, active=True, new_value=str(announced))


def _is_lost(entry: PlexPulseConfigEntry) -> bool:
    """Return whether nothing, or another server, answers at the saved address.

    A server that answers with an error is only starting or busy.
    """
    if entry.state is not ConfigEntryState.LOADED:
        return True
    outage = entry.runtime_data.health.outage
    return outage is not None and may_have_moved(outage)
