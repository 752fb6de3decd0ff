"""The dashboard that the strategy shows: the views, in the language of the user."""

from collections.abc import Callable, Mapping
from typing import Final

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.helpers.translation import async_get_translations

from ..api import Record
from ..const import DOMAIN
from ..history.view import ServerHistory
from .cards import Card, streams_card
from .server_entities import ServerEntities
from .servers import readable_entries
from .view_context import ViewContext
from .view_history import history_view
from .view_new import new_view
from .view_now import now_view
from .view_server import server_view

_MAX_COLUMNS: Final = 3

_VIEWS: Final[Mapping[str, tuple[str, Callable[[ViewContext], Card]]]] = {
    "now": ("mdi:play-circle", now_view),
    "new": ("mdi:new-box", new_view),
    "history": ("mdi:chart-line", history_view),
    "server": ("mdi:server", server_view),
}
"""Icon and builder of each view, in the order in which they are shown."""
VIEWS: Final = tuple(_VIEWS)


class DashboardRequest(Record):
    """What the strategy was configured to show; what is empty means everything."""

    language: str
    servers: tuple[str, ...] = ()
    views: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()


async def async_build_dashboard(hass: HomeAssistant, user: User, request: DashboardRequest) -> Card:
    """Return a dashboard of the servers that a user may read.

    Without any there is one view with the streams card, which says so.
    """
    texts = await _async_texts(hass, request.language)
    entries = readable_entries(hass, user, request.servers)
    # A server that was chosen may be gone: what is left is shown.
    chosen = tuple(entry.entry_id for entry in entries) if request.servers else ()
    context = ViewContext(
        servers=tuple(
            ServerEntities.of(hass, user, entry, request.libraries)
            for entry in entries
            if entry.disabled_by is None
        ),
        chosen_servers=chosen,
        has_chosen_libraries=bool(request.libraries),
        texts=texts,
        histories={
            entry.entry_id: history
            for entry in entries
            if (history := ServerHistory.of(hass, entry)) is not None
        },
    )
    if not context.servers:
        return {"views": [_empty_view(context)]}
    return {
        "views": [
            {
                "title": context.text(f"view_{name}"),
                "path": name,
                "icon": icon,
                "type": "sections",
                "max_columns": _MAX_COLUMNS,
                "show_icon_and_title": True,
                **build(context),
            }
            for name, (icon, build) in _VIEWS.items()
            if not request.views or name in request.views
        ]
    }


def _empty_view(context: ViewContext) -> Card:
    """Return the view for a user who has no server to see."""
    return {
        "title": context.text("view_now"),
        "path": "now",
        "icon": _VIEWS["now"][0],
        "type": "panel",
        "cards": [streams_card(())],
    }


async def _async_texts(hass: HomeAssistant, language: str) -> Mapping[str, str]:
    """Return the texts of the cards in a language, in English where they are missing."""
    prefix = f"component.{DOMAIN}.common."
    texts = await async_get_translations(hass, language, "common", {DOMAIN})
    return {key.removeprefix(prefix): text for key, text in texts.items()}
