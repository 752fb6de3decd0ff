"""The part of the diagnostics about the history: numbers only."""

from homeassistant.core import HomeAssistant, callback

from ..runtime_data import PlexPulseConfigEntry
from .setup import async_get_importer, has_recorder


@callback
def history_diagnostics(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> dict[str, object]:
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
