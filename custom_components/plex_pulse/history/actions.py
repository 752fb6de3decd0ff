"""Handlers of the actions `get_top` and `rebuild_statistics`."""

from datetime import UTC, datetime
from typing import Final

from homeassistant.core import ServiceCall, ServiceResponse
from homeassistant.exceptions import HomeAssistantError

from ..const import DOMAIN
from ..runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from .importer import HistoryImporter
from .ranking import async_rank
from .setup import async_get_importer
from .top import By, RankBy

ATTR_BY: Final = "by"
ATTR_MEASURE: Final = "measure"
ATTR_PERIOD: Final = "period"
ATTR_LIMIT: Final = "limit"


async def async_get_top(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Return what was played most, the first row on top; durations in seconds.

    Raises:
        HomeAssistantError: Home Assistant has no recorder.

    """
    entry = _entry(runtime)
    _importer(call, runtime)
    ranking = await async_rank(
        call.hass,
        [entry],
        by=By(call.data[ATTR_BY]),
        period=call.data[ATTR_PERIOD],
        rank_by=RankBy(call.data[ATTR_MEASURE]),
    )
    since = ranking.since
    return {
        "top": [
            {
                "name": row.name,
                "type": row.row_type,
                "plays": row.plays,
                "duration": row.seconds,
                "viewers": len(row.viewers),
                "viewer": row.viewer,
            }
            for row in ranking.rows[: call.data[ATTR_LIMIT]]
        ],
        "measure": ranking.rank_by.value,
        "since": None if since is None else datetime.fromtimestamp(since, UTC).isoformat(),
        "loading": ranking.is_loading,
    }


async def async_rebuild_statistics(runtime: PlexPulseRuntime, call: ServiceCall) -> ServiceResponse:
    """Write all statistics again, and compare the whole history in the background.

    Raises:
        HomeAssistantError: Home Assistant has no recorder.

    """
    importer = _importer(call, runtime)
    importer.async_rebuild()
    log = importer.history.log
    dated = log.index_at(1)
    first = log.at[dated] if dated < len(log) else None
    return {
        "plays": len(log),
        "since": None if first is None else datetime.fromtimestamp(first, UTC).isoformat(),
        "series": importer.series_count,
    }


def _entry(runtime: PlexPulseRuntime) -> PlexPulseConfigEntry:
    """Return the entry of a server."""
    entry: PlexPulseConfigEntry = runtime.sessions.config_entry
    return entry


def _importer(call: ServiceCall, runtime: PlexPulseRuntime) -> HistoryImporter:
    """Return the import of a server.

    Raises:
        HomeAssistantError: Home Assistant has no recorder.

    """
    importer = async_get_importer(call.hass, _entry(runtime).entry_id)
    if importer is None:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="recorder_missing")
    return importer
