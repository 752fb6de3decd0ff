"""Situations that only the user can change, told where Home Assistant collects them."""

from typing import TYPE_CHECKING, override

from homeassistant.components.repairs import ConfirmRepairFlow, RepairsFlow
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import CONF_RETRY, DOMAIN

if TYPE_CHECKING:
    # Home Assistant 2026.3 has no such name yet.
    from homeassistant.components.repairs import RepairsFlowResult

_HELP_URL = "https://github.com/plex-pulse/plex-pulse/blob/main/docs/troubleshooting.md"
_ERRORS = frozenset({"wrong_server", "secure_connections"})
_FIXABLE = frozenset({"retry_policy"})


@callback
def _async_set_issue(
    hass: HomeAssistant, entry: ConfigEntry, key: str, *, is_present: bool
) -> None:
    """Show an issue of an entry, or take it away."""
    issue_id = f"{key}_{entry.entry_id}"
    if not is_present:
        ir.async_delete_issue(hass, DOMAIN, issue_id)
        return
    ir.async_create_issue(
        hass,
        DOMAIN,
        issue_id,
        data={"entry_id": entry.entry_id},
        is_fixable=key in _FIXABLE,
        severity=ir.IssueSeverity.ERROR if key in _ERRORS else ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"server": entry.title},
        learn_more_url=_HELP_URL,
    )


@callback
def async_wrong_server(hass: HomeAssistant, entry: ConfigEntry, *, is_wrong: bool) -> None:
    """Tell that another server answers at the address of this one."""
    _async_set_issue(hass, entry, "wrong_server", is_present=is_wrong)


@callback
def async_plex_direct_unresolved(
    hass: HomeAssistant, entry: ConfigEntry, *, is_refused: bool
) -> None:
    """Tell that the router drops names under plex.direct, which the server insists on."""
    _async_set_issue(hass, entry, "dns_rebinding", is_present=is_refused)


@callback
def async_websocket_blocked(hass: HomeAssistant, entry: ConfigEntry, *, is_blocked: bool) -> None:
    """Tell that something between lets requests through, but no websocket."""
    _async_set_issue(hass, entry, "websocket_blocked", is_present=is_blocked)


@callback
def async_secure_connections(hass: HomeAssistant, entry: ConfigEntry, *, is_required: bool) -> None:
    """Tell that the server has come to take secure connections only."""
    _async_set_issue(hass, entry, "secure_connections", is_present=is_required)


@callback
def async_hopeless_policy(hass: HomeAssistant, entry: ConfigEntry, *, is_hopeless: bool) -> None:
    """Tell that the retry policy leaves the server too little time to answer."""
    _async_set_issue(hass, entry, "retry_policy", is_present=is_hopeless)


@callback
def async_delete_issues(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take away every issue of an entry that is removed."""
    async_wrong_server(hass, entry, is_wrong=False)
    async_plex_direct_unresolved(hass, entry, is_refused=False)
    async_websocket_blocked(hass, entry, is_blocked=False)
    async_secure_connections(hass, entry, is_required=False)
    async_hopeless_policy(hass, entry, is_hopeless=False)


class RetryPolicyRepairFlow(ConfirmRepairFlow):
    """Give an entry the retry policy back that it began with."""

    def __init__(self, entry_id: str) -> None:
        """Belong to an entry, which may be gone by the time the user confirms."""
        self._entry_id = entry_id

    @override
    async def async_step_confirm(
        self, user_input: dict[str, str] | None = None
    ) -> RepairsFlowResult:
        """Take the policy out of the options once the user has confirmed."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if user_input is not None and entry is not None:
            options = {key: value for key, value in entry.options.items() if key != CONF_RETRY}
            self.hass.config_entries.async_update_entry(entry, options=options)
            self.hass.config_entries.async_schedule_reload(entry.entry_id)
        return await super().async_step_confirm(user_input)


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Return what repairs the one issue that Home Assistant can repair itself."""
    return RetryPolicyRepairFlow(str((data or {}).get("entry_id")))
