"""The websocket command of the lists of the History view."""

from typing import Any, Final

from homeassistant.components import websocket_api
from homeassistant.components.websocket_api import ERR_NOT_FOUND, ActiveConnection
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import voluptuous as vol

from ..const import DOMAIN
from ..dashboard.data import async_get_dashboard
from ..dashboard.servers import NO_RIGHTS, NO_SERVER, readable_entries
from ..rights import may_administer
from ..runtime_data import PlexPulseConfigEntry
from .ranking import NOT_AVAILABLE, async_rank
from .top import PERIODS, By, RankBy, TopRow

_MAX_NAMES: Final = 500
_MAX_CHARACTERS: Final = 255
_MAX_ROWS: Final = 50
_NAME: Final = vol.All(str, vol.Length(min=1, max=_MAX_CHARACTERS))
_SQUARE_TYPES: Final = frozenset({"album", "artist", "track", "user", "player", "hour"})
_WIDE_TYPES: Final = frozenset({"clip"})

type _Json = dict[str, object]


@callback
def async_register_history_commands(hass: HomeAssistant) -> None:
    """Register the command."""
    websocket_api.async_register_command(hass, _async_top)


@websocket_api.websocket_command(
    {
        vol.Required("type"): "plex_pulse/history/top",
        vol.Required("by"): vol.In([by.value for by in By]),
        vol.Optional("period", default="month"): vol.In(PERIODS),
        vol.Optional("measure", default="plays"): vol.In([each.value for each in RankBy]),
        vol.Optional("servers", default=[]): vol.All([_NAME], vol.Length(max=_MAX_NAMES)),
        vol.Optional("limit", default=10): vol.All(int, vol.Range(min=1, max=_MAX_ROWS)),
    }
)
@websocket_api.async_response
async def _async_top(
    hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]
) -> None:
    """Send what was played most in a period."""
    entries = readable_entries(hass, connection.user, msg["servers"])
    if not entries and msg["servers"]:
        connection.send_error(msg["id"], ERR_NOT_FOUND, "Server not found")
        return
    allowed = [entry for entry in entries if may_administer(hass, connection.user, entry)]
    ranking = await async_rank(
        hass,
        allowed,
        by=By(msg["by"]),
        period=msg["period"],
        rank_by=RankBy(msg["measure"]),
    )
    failed = ranking.failed | {
        entry.entry_id: NO_RIGHTS for entry in entries if entry not in allowed
    }
    connection.send_result(
        msg["id"],
        {
            "rows": [_payload(hass, row, entries) for row in ranking.rows[: msg["limit"]]],
            "measure": ranking.rank_by.value,
            "since": ranking.since,
            "loading": ranking.is_loading,
            "failed": [
                {
                    "entry_id": entry.entry_id,
                    "name": entry.title,
                    "error": _error(failed[entry.entry_id]),
                }
                for entry in entries
                if entry.entry_id in failed
            ]
            if entries
            else [NO_SERVER],
            "refresh_entities": _refresh_entities(hass, allowed),
        },
    )


def _error(code: str) -> str:
    """Return a code that the cards know."""
    return {NOT_AVAILABLE: "unknown_error", "no_permission": NO_RIGHTS}.get(code, code)


def _payload(hass: HomeAssistant, row: TopRow, entries: list[PlexPulseConfigEntry]) -> _Json:
    """Return a row as the card shows it; duration in seconds."""
    entry = next(entry for entry in entries if entry.entry_id == row.entry_id)
    dashboard = async_get_dashboard(hass)
    is_about_users = row.row_type == By.USER
    slot: int | None = None
    if is_about_users and row.reference is not None:
        slot = dashboard.slots.slot_of(str(entry.unique_id), row.reference)
    payload: _Json = {
        "id": f"{row.row_type}:{row.entry_id}:{row.key[1]}",
        "entry_id": row.entry_id,
        "name": row.name,
        "type": row.row_type,
        "image": dashboard.image_ids(row.entry_id).id_of(row.image),
        "image_shape": _shape(row.row_type),
        "slot": slot,
        "plays": row.plays,
        "duration": row.seconds,
        "viewers": None if is_about_users else len(row.viewers),
        "viewer": None if is_about_users else row.viewer,
    }
    if row.row_type == By.LIBRARY:
        payload["library_type"] = _library_type(entry, row.reference)
    return payload


def _shape(row_type: str) -> str:
    """Return the shape of the picture of a row."""
    if row_type in _WIDE_TYPES:
        return "wide"
    return "square" if row_type in _SQUARE_TYPES else "poster"


def _library_type(entry: PlexPulseConfigEntry, key: str | None) -> str:
    """Return the type of a library."""
    for library in entry.runtime_data.libraries.data.libraries.values():
        if library.key == key:
            return library.kind.value
    return "other"


def _refresh_entities(hass: HomeAssistant, entries: list[PlexPulseConfigEntry]) -> list[str]:
    """Return the enabled playback entities, after whose change a play may be new."""
    registry = er.async_get(hass)
    found: list[str] = []
    for entry in entries:
        entity_id = registry.async_get_entity_id(
            Platform.EVENT, DOMAIN, f"{entry.unique_id}_playback"
        )
        entity = registry.async_get(entity_id) if entity_id is not None else None
        if entity is not None and entity.disabled_by is None:
            found.append(entity.entity_id)
    return found
