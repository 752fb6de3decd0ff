"""Repair issues: situations that only the user can resolve."""

from enum import StrEnum
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import issue_registry as ir

from .const import DOMAIN
from .flow.markdown import escape_markdown

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
