"""The status of a server, as the streams card shows it, and what a user may do there."""

from typing import Final

from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryAuthFailed
from homeassistant.helpers import entity_registry as er

from ..const import DOMAIN
from ..errors import outage_code, outage_code_of_key
from ..rights import may_administer
from ..runtime_data import PlexPulseConfigEntry
from ..streams.attributes import truncate_state
from .last_played import last_played_payload
from .server_tracker import ServerTracker

type Json = dict[str, object]

OK: Final = "ok"
LOADING: Final = "loading"
UNAVAILABLE: Final = "unavailable"
SIGN_IN: Final = "sign_in"
NO_PERMISSION: Final = "no_permission"
NOT_FOUND: Final = "not_found"

_READABLE_ENTITIES: Final = (
    (Platform.SENSOR, "active_streams"),
    (Platform.SENSOR, "last_added"),
    (Platform.BINARY_SENSOR, "connected"),
)
"""Entities whose update reads the server, the most useful one first."""
_SETTING_UP: Final = frozenset(
    {ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.UNLOAD_IN_PROGRESS}
)


@callback
def server_fields(hass: HomeAssistant, entry: PlexPulseConfigEntry, tracker: ServerTracker) -> Json:
    """Return the fields of a server that are the same for all users."""
    status, error = _status(hass, entry, tracker)
    is_unavailable = status == UNAVAILABLE
    return {
        "name": truncate_state(entry.title),
        "status": status,
        "since": _seconds(tracker.unavailable_since) if is_unavailable else None,
        "last_seen": _seconds(tracker.last_seen) if is_unavailable else None,
        "next_try": _seconds(tracker.next_try) if is_unavailable else None,
        "error": error,
        "entity_id": _entity_to_update(hass, entry),
        "last_played": last_played_payload(tracker.last_played),
    }


@callback
def personal_fields(
    hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry, common: Json, history: Json | None
) -> Json:
    """Return the fields of a server that depend on the user.

    common: the fields that do not. history: what was played last according to the server,
    which is for users who may read the history.
    """
    entity_id = common["entity_id"]
    fields: Json = {
        "may_retry": isinstance(entity_id, str)
        and user.permissions.check_entity(entity_id, POLICY_CONTROL),
        "terminate": _terminate_right(hass, user, entry),
    }
    if common["last_played"] is None and may_administer(hass, user, entry):
        fields["last_played"] = history
    return fields


def _status(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, tracker: ServerTracker
) -> tuple[str, str | None]:
    """Return the status of a server, and the cause if it is unavailable."""
    if entry.state is not ConfigEntryState.LOADED:
        return _status_before_setup(hass, entry, tracker)
    runtime = entry.runtime_data
    sessions = runtime.sessions
    if isinstance(sessions.last_exception, ConfigEntryAuthFailed):
        return SIGN_IN, None
    if not (sessions.is_available and runtime.health.data.connected):
        failure = runtime.health.outage or sessions.last_failure
        return UNAVAILABLE, "cannot_connect" if failure is None else outage_code(failure)
    if not sessions.can_read_sessions:
        return NO_PERMISSION, None
    return OK, None


def _status_before_setup(
    hass: HomeAssistant, entry: PlexPulseConfigEntry, tracker: ServerTracker
) -> tuple[str, str | None]:
    """Return the status of an entry that is not loaded, and the cause."""
    if any(entry.async_get_active_flows(hass, {SOURCE_REAUTH})):
        return SIGN_IN, None
    if entry.disabled_by is not None or entry.state is ConfigEntryState.SETUP_ERROR:
        return UNAVAILABLE, "server_error"
    if entry.state is ConfigEntryState.SETUP_RETRY:
        return UNAVAILABLE, outage_code_of_key(entry.error_reason_translation_key)
    if entry.state in _SETTING_UP and tracker.unavailable_since is not None:
        # A retry: the status would change for a moment at each of them.
        return UNAVAILABLE, outage_code_of_key(tracker.setup_failure_key)
    return LOADING, None


def _terminate_right(hass: HomeAssistant, user: User, entry: PlexPulseConfigEntry) -> str:
    """Return whether the user may stop streams of the server, or why not."""
    if not may_administer(hass, user, entry):
        return "no_rights"
    if entry.state is ConfigEntryState.LOADED:
        runtime = entry.runtime_data
        if not runtime.sessions.can_read_sessions:
            return "not_owner"
        if not runtime.libraries.data.server.has_plex_pass:
            return "plex_pass_missing"
    return "allowed"


def _entity_to_update(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> str | None:
    """Return an enabled entity whose update makes the server be read, None without any."""
    if entry.state is not ConfigEntryState.LOADED:
        return None
    registry = er.async_get(hass)
    for platform, key in _READABLE_ENTITIES:
        entity_id = registry.async_get_entity_id(platform, DOMAIN, f"{entry.unique_id}_{key}")
        found = registry.async_get(entity_id) if entity_id is not None else None
        if found is not None and found.disabled_by is None:
            return found.entity_id
    return None


def _seconds(timestamp: float | None) -> int | None:
    """Return whole Unix seconds."""
    return None if timestamp is None else int(timestamp)
