"""Rank what was played most on one server or several, for the action and the card."""

from collections.abc import Sequence
from functools import partial
from typing import Final

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..api import PlexApiError, PlexErrorKind, Record
from ..options import followed_users, has_all_names
from ..runtime_data import PlexPulseConfigEntry
from .importer import HistoryImporter
from .setup import async_get_importer
from .top import PERIODS, By, Names, RankBy, TopRow, merge_rows, rank, sorted_rows

_FAILURES: Final = {
    PlexErrorKind.AUTHENTICATION: "no_permission",
    PlexErrorKind.RATE_LIMIT: "rate_limited",
}
NOT_AVAILABLE: Final = "not_available"
"""Without the recorder."""


class Ranking(Record):
    """Sorted rows. failed: error code by entry id. since: Unix seconds, None for all."""

    rows: list[TopRow]
    rank_by: RankBy
    since: int | None
    is_loading: bool
    failed: dict[str, str]


async def async_rank(
    hass: HomeAssistant,
    entries: Sequence[PlexPulseConfigEntry],
    *,
    by: By,
    period: str,
    rank_by: RankBy,
) -> Ranking:
    """Return the rows of all servers, merged by name and sorted."""
    now = int(dt_util.utcnow().timestamp())
    seconds = PERIODS[period]
    start = 0 if seconds is None else now - seconds
    rows: list[TopRow] = []
    failed: dict[str, str] = {}
    is_loading = False
    for entry in entries:
        if (error := _unavailable(hass, entry)) is not None:
            failed[entry.entry_id] = error
            continue
        importer = async_get_importer(hass, entry.entry_id)
        if importer is None:
            failed[entry.entry_id] = NOT_AVAILABLE
            continue
        history = importer.history
        failure = importer.failure
        if not importer.is_complete:
            if failure is not None and not len(history.log):
                failed[entry.entry_id] = _code(failure)
                continue
            is_loading |= failure is None
        rows += await hass.async_add_executor_job(
            partial(
                rank,
                history.log,
                history.lengths,
                _names(entry, importer),
                entry_id=entry.entry_id,
                by=by,
                start=start,
                end=now + 1,
                time_zone=dt_util.get_default_time_zone(),
            )
        )
    ranked, ranked_by = sorted_rows(merge_rows(rows), rank_by)
    return Ranking(
        rows=ranked,
        rank_by=ranked_by,
        since=None if seconds is None else start,
        is_loading=is_loading,
        failed=failed,
    )


def _unavailable(hass: HomeAssistant, entry: PlexPulseConfigEntry) -> str | None:
    """Return the error code of an entry that is not set up, None for one that is."""
    if entry.state is ConfigEntryState.LOADED:
        return None
    is_refused = any(entry.async_get_active_flows(hass, {SOURCE_REAUTH}))
    return "sign_in_required" if is_refused else "not_loaded"


def _code(failure: PlexApiError) -> str:
    """Return the error code of a history that cannot be read."""
    return _FAILURES.get(failure.kind, "cannot_connect")


def _names(entry: PlexPulseConfigEntry, importer: HistoryImporter) -> Names:
    """Return the names that may be shown: of users those who are followed, or all by option."""
    users = followed_users(entry.options)
    if has_all_names(entry.options):
        users = importer.names.users | users
    libraries = entry.runtime_data.libraries.data.libraries.values()
    return Names(
        users=users,
        players=importer.names.players,
        libraries={library.key: library.title for library in libraries},
    )
