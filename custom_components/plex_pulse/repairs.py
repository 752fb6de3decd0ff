"""Situations that only the user can change, told where Home Assistant collects them."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN


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
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR if key == "wrong_server" else ir.IssueSeverity.WARNING,
        translation_key=key,
        translation_placeholders={"server": entry.title},
        learn_more_url="https://github.com/plex-pulse/plex-pulse#troubleshooting",
    )


@callback
def async_wrong_server(hass: HomeAssistant, entry: ConfigEntry, *, is_wrong: bool) -> None:
    """Tell that another server answers at the address of this one."""
    _async_set_issue(hass, entry, "wrong_server", is_present=is_wrong)


@callback
def async_names_refused(hass: HomeAssistant, entry: ConfigEntry, *, is_refused: bool) -> None:
    """Tell that the router drops names under plex.direct, which the server insists on."""
    _async_set_issue(hass, entry, "dns_rebinding", is_present=is_refused)


@callback
def async_websocket_blocked(hass: HomeAssistant, entry: ConfigEntry, *, is_blocked: bool) -> None:
    """Tell that something between lets requests through, but no websocket."""
    _async_set_issue(hass, entry, "websocket_blocked", is_present=is_blocked)


@callback
def async_forget(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Take away every issue of an entry that is removed."""
    async_wrong_server(hass, entry, is_wrong=False)
    async_names_refused(hass, entry, is_refused=False)
    async_websocket_blocked(hass, entry, is_blocked=False)
