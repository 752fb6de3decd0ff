"""Fix flows of the repair issues of a server that does not prove itself by its certificate."""

from abc import abstractmethod
from typing import override

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
import voluptuous as vol
from yarl import URL

from ..api import PlexApiError
from ..const import CONF_CERTIFICATE_NAME
from ..flow.markdown import escape_markdown
from ..runtime_data import PlexPulseConfigEntry
from .certificate import async_get_server_identity, async_prove
from .moves import MoveSource, async_reload_moved, async_save_connection


class _ConnectionRepairFlow(RepairsFlow):
    """Show the saved and the new value, and save the new one if the user confirms."""

    key: str
    """Key of the value in the data of the entry."""

    def __init__(self, entry_id: str, value: str) -> None:
        """Store the new value: another issue may replace the one that is shown."""
        self._entry_id = entry_id
        self._value = value
        self._saved: object = None

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Start with the confirmation."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        self._saved = entry.data.get(self.key) if entry is not None else None
        return await self.async_step_confirm()

    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Save the new value once the user confirms, if the server still answers there."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.data.get(self.key) != self._saved:
            return self.async_abort(reason="outdated")
        if user_input is None:
            return self.async_show_form(
                step_id="confirm",
                data_schema=vol.Schema({}),
                description_placeholders={
                    "name": entry.title,
                    "server": escape_markdown(entry.title),
                    "saved": str(self._saved),
                    "new": self._value,
                },
            )
        if not await self._async_is_there(entry):
            return self.async_abort(reason="cannot_connect")
        async_save_connection(
            self.hass, entry, {**entry.data, self.key: self._value}, MoveSource.REPAIR
        )
        async_reload_moved(self.hass, entry)
        return self.async_create_entry(data={})

    @abstractmethod
    async def _async_is_there(self, entry: PlexPulseConfigEntry) -> bool:
        """Return whether the server answers with the new value; the token is not sent."""


class ServerMovedRepairFlow(_ConnectionRepairFlow):
    """Use another address of a server that cannot prove itself there."""

    key = CONF_URL

    @override
    async def _async_is_there(self, entry: PlexPulseConfigEntry) -> bool:
        """Return whether a server with the machine identifier answers at the address."""
        return await async_answers_at(self.hass, entry, URL(self._value))


class CertificateChangedRepairFlow(_ConnectionRepairFlow):
    """Trust another certificate of a server."""

    key = CONF_CERTIFICATE_NAME

    @override
    async def _async_is_there(self, entry: PlexPulseConfigEntry) -> bool:
        """Return whether the server has the certificate, and the machine identifier."""
        proof = await async_prove(
            self.hass, URL(entry.data[CONF_URL]), certificate_name=self._value
        )
        return proof is not None and proof.identity.machine_identifier == entry.unique_id


async def async_answers_at(hass: HomeAssistant, entry: PlexPulseConfigEntry, url: URL) -> bool:
    """Return whether a server with the machine identifier of the entry answers at a URL.

    It proves nothing: anybody can answer with a known identifier. The token is not sent.
    """
    try:
        identity = await async_get_server_identity(
            hass, url, verify_ssl=entry.data[CONF_VERIFY_SSL]
        )
    except PlexApiError:
        return False
    return identity.machine_identifier == entry.unique_id
