"""Fix flows of the repair issues, which `issues.py` creates."""

from typing import override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE
from homeassistant.core import HomeAssistant

from .connection.move_repairs import CertificateChangedRepairFlow, ServerMovedRepairFlow
from .const import DOMAIN
from .issues import Issue
from .options import with_longer_timeout

try:
    from homeassistant.components.repairs.const import FlowType
except ImportError:  # A repair of Home Assistant 2026.8 cannot open another dialog.
    FlowType = None  # type: ignore[assignment, misc]


class RetryPolicyRepairFlow(ConfirmRepairFlow):
    """Increase the total timeout of an entry: to the default at least, else to twice as long."""

    def __init__(self, entry_id: str) -> None:
        """Store the id: the entry may be removed before the user confirms."""
        self._entry_id = entry_id

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Change the options and reload the entry once the user confirms."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is not None and entry is not None:
            self.hass.config_entries.async_update_entry(
                entry, options=with_longer_timeout(entry.options)
            )
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return await super().async_step_confirm(user_input)


class WrongServerRepairFlow(ConfirmRepairFlow):
    """Continue with the dialog to reconfigure the entry, which offers to take the server over.

    The unknown server gets no token until the user enters one for it or signs in.
    """

    def __init__(self, entry_id: str) -> None:
        """Store the id: the entry may be removed before the user confirms."""
        self._entry_id = entry_id

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Open the dialog once the user confirms; the issue stays until the server is right."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is None or entry is None:
            return await super().async_step_confirm(user_input)
        if FlowType is None:
            return self.async_abort(reason="reconfigure_entry")
        result = await self.hass.config_entries.flow.async_init(
            DOMAIN, context={"source": SOURCE_RECONFIGURE, "entry_id": entry.entry_id}
        )
        return self.async_abort(
            reason="reconfigure_opened", next_flow=(FlowType.CONFIG_FLOW, result["flow_id"])
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return the fix flow of an issue."""
    data = data or {}
    entry_id, new_value = str(data.get("entry_id")), str(data.get("new_value"))
    match data.get("issue"):
        case Issue.WRONG_SERVER:
            return WrongServerRepairFlow(entry_id)
        case Issue.SERVER_MOVED:
            return ServerMovedRepairFlow(entry_id, new_value)
        case Issue.CERTIFICATE_CHANGED:
            return CertificateChangedRepairFlow(entry_id, new_value)
        case _:
            return RetryPolicyRepairFlow(entry_id)
