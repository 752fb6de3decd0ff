"""Repair issues: situations that only the user can resolve, and their fix flows."""

from enum import StrEnum
from typing import Final, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import SOURCE_RECONFIGURE, ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .connection.move_repairs import CertificateChangedRepairFlow, ServerMovedRepairFlow
from .const import DOMAIN
from .flow.markdown import escape_markdown
from .options import with_longer_timeout

try:
    from homeassistant.components.repairs.const import FlowType
except ImportError:  # A repair of Home Assistant 2026.8 cannot open another dialog.
    FlowType = None  # type: ignore[assignment, misc]

_HELP_URL: Final = "https://github.com/plex-pulse/plex-pulse/blob/main/docs/troubleshooting.md"


class Issue(StrEnum):
    """The repair issues of an entry; each value is a translation key."""

    WRONG_SERVER = "wrong_server"
    """Another Media Server answers at the address of the entry. Fixable."""
    SERVER_MOVED = "server_moved"
    """The server seems to be at another address, where nothing proves it. Fixable."""
    CERTIFICATE_CHANGED = "certificate_changed"
    """The server has another certificate than the one that proved it. Fixable."""
    WEBSOCKET_BLOCKED = "websocket_blocked"
    """Requests are answered, but a proxy or firewall blocks the websocket."""
    SECURE_CONNECTIONS = "secure_connections"
    """The entry has an http address, but the server requires https."""
    RETRY_POLICY = "retry_policy"
    """A connected server does not answer within the total timeout of the entry. Fixable."""


_ERRORS: Final = frozenset(
    {
        Issue.WRONG_SERVER,
        Issue.SECURE_CONNECTIONS,
        Issue.SERVER_MOVED,
        Issue.CERTIFICATE_CHANGED,
    }
)
"""Nothing works until these are resolved; the others are warnings."""
_FIXABLE: Final = frozenset(
    {
        Issue.RETRY_POLICY,
        Issue.WRONG_SERVER,
        Issue.SERVER_MOVED,
        Issue.CERTIFICATE_CHANGED,
    }
)


@callback
def async_set_issue(
    hass: HomeAssistant,
    entry: ConfigEntry,
    issue: Issue,
    *,
    active: bool,
    new_value: str | None = None,
) -> None:
    """Create an issue of an entry, or delete it if it is not active.

    `new_value` is what the fix flow of the issue shows and saves.
    """
    issue_id = f"{issue}_{entry.entry_id}"
    if not active:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id, "issue": issue.value, "new_value": new_value},
        is_fixable=issue in _FIXABLE,
        severity=ir.IssueSeverity.ERROR if issue in _ERRORS else ir.IssueSeverity.WARNING,
        translation_key=issue.value,
        # Only titles may contain {name}: descriptions are rendered as Markdown.
        translation_placeholders={"name": entry.title, "server": escape_markdown(entry.title)},
        learn_more_url=_HELP_URL,
    )


@callback
def async_delete_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete all issues of an entry that is disabled or removed."""
    for issue in Issue:
        async_set_issue(hass, entry, issue, active=False)


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
