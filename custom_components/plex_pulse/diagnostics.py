"""Diagnostics: an allow list of values that help to understand a problem.

Contains no names, titles, tokens, addresses or identifiers. Every value is listed one by
one, so a new field of a model cannot get into a download by accident.
"""

from collections import Counter
from dataclasses import asdict
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from yarl import URL

from .api import PlexApiError
from .const import CONF_CERTIFICATE_NAME, CONF_CONNECTION
from .coordinator.base import PlexPulseCoordinator
from .coordinator.features import UnavailableReason
from .coordinator.server_status import Feature
from .history.setup import async_get_importer, has_recorder
from .options import retry_policy
from .runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .shared_state import async_get_shared
from .streams.selection import without_extras


async def async_get_config_entry_diagnostics(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> dict[str, Any]:
    """Return the diagnostics of an entry; fewer while it is not loaded."""
    connection = {
        "scheme": URL(entry.data[CONF_URL]).scheme,
        "verify_ssl": entry.data[CONF_VERIFY_SSL],
        "found": entry.data.get(CONF_CONNECTION, "by hand"),
        "is_proven_by_certificate": entry.data.get(CONF_CERTIFICATE_NAME) is not None,
        "moves": [
            {"at": move.at.isoformat(), "found_by": move.found_by}
            for move in async_get_shared(hass).moves.get(entry.entry_id, ())
        ],
    }
    if entry.state is not ConfigEntryState.LOADED:
        return {
            "connection": connection,
            "retry_policy": _retry_policy(entry),
            "setup": {"state": entry.state.value, "reason": entry.error_reason_translation_key},
        }
    runtime = entry.runtime_data
    data = runtime.libraries.data
    sessions = runtime.sessions.data
    streams = without_extras(sessions)
    statistics = runtime.client.statistics
    return {
        "connection": connection,
        "server": {
            "version": data.server.version,
            "platform": data.server.platform,
            "has_plex_pass": data.server.has_plex_pass,
        },
        "features": _features(runtime),
        "retry_policy": _retry_policy(entry),
        "health": {
            "connected": runtime.health.data.connected,
            "status": runtime.health.data.status,
        },
        "statistics": {
            "requests": statistics.requests,
            "retries": statistics.retries,
            "failures": dict(statistics.failures),
            "bytes_received": statistics.bytes_received,
            "latency": statistics.latency,
            "average_latency": statistics.average_latency,
            "is_paused": statistics.blocked_until is not None,
        },
        "polls": {
            "libraries": _poll_details(runtime.libraries),
            "resources": _poll_details(runtime.resources),
            "server": _poll_details(runtime.server_status),
            "sessions": _poll_details(runtime.sessions),
        },
        "history": _history(hass, entry),
        "libraries": [
            {
                "kind": library.kind,
                "is_scanning": library.is_scanning,
                "counts": {
                    media_type.name.lower(): count
                    for (uuid, media_type), count in sorted(data.counts.items())
                    if uuid == library.uuid
                },
            }
            for library in data.libraries.values()
        ],
        "sessions": {
            "by_method": Counter(session.method or "unknown" for session in streams),
            "by_type": Counter(session.item.item_type for session in streams),
            "by_state": Counter(session.player.state for session in streams),
            "without_user": sum(session.user is None for session in streams),
            "without_bandwidth": sum(session.bandwidth is None for session in streams),
            "extras": len(sessions) - len(streams),
        },
    }


def _retry_policy(entry: PlexPulseConfigEntry) -> dict[str, float]:
    """Return the retry options, without the limits that are not options."""
    policy = asdict(retry_policy(entry.options))
    return {name: value for name, value in policy.items() if value is not None}


def _features(runtime: PlexPulseRuntime) -> dict[str, str]:
    """Return "on" for each feature that the token can use, else the reason it is unavailable."""
    is_owner = runtime.sessions.can_read_sessions
    reasons: dict[str, UnavailableReason | None] = {
        "sessions": None if is_owner else UnavailableReason.NOT_THE_OWNER,
        "buttons": None if is_owner else UnavailableReason.NOT_THE_OWNER,
        "resources": runtime.resources.unavailable,
        **{feature: runtime.server_status.unavailable_features.get(feature) for feature in Feature},
    }
    return {feature: reason or "on" for feature, reason in reasons.items()}


def _poll_details(coordinator: PlexPulseCoordinator[Any]) -> dict[str, Any]:
    """Return the outcome of the last poll of a coordinator, and its interval in seconds."""
    interval = coordinator.update_interval
    return {
        "last_update_success": coordinator.last_update_success,
        "interval": interval.total_seconds() if interval else None,
        "last_failure": _failure_details(coordinator.last_failure),
    }


def _failure_details(failure: PlexApiError | None) -> dict[str, Any] | None:
    """Return the failure without its message: a server's text may contain private data."""
    if failure is None:
        return None
    return {
        "kind": failure.kind,
        "reason": failure.reason,
        "status": failure.status,
        "code": failure.code,
        "endpoint": failure.endpoint,
        "attempts": failure.attempts,
    }


@callback
def _history(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> dict[str, object]:
    """Return how far the history was imported, or why it is not."""
    importer = async_get_importer(hass, entry.entry_id)
    if importer is None:
        return {"status": "off" if has_recorder(hass) else "off: no recorder"}
    log = importer.history.log
    failure = importer.failure
    status = "complete" if importer.is_complete else "reading"
    return {
        "status": status if failure is None else f"failed: {failure.kind}",
        "plays": len(log),
        "deleted_plays": log.gone_count,
        "undated_plays": log.index_at(1),
        "items": len(log.items.names) - 1,
        "known_lengths": len(importer.history.lengths),
        "has_measured_watch_time": bool(importer.history.measured),
        "series": len(importer.history.written),
        "requests": importer.requests,
    }
