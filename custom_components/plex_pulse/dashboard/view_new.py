"""The view *New*: what was added, over all libraries and in each of them."""

from typing import Final

from ..api import LibraryKind
from . import cards
from .cards import Card
from .view_context import ViewContext

MAX_SHELVES: Final = 12
"""Shelves of single libraries; a list is one request to the server. The shelf of all
libraries has a filter for the others."""

LIBRARY_ICONS: Final = {
    LibraryKind.MOVIES: "mdi:movie-open",
    LibraryKind.SHOWS: "mdi:television-classic",
    LibraryKind.MUSIC: "mdi:music",
    LibraryKind.PHOTOS: "mdi:image-multiple",
    LibraryKind.VIDEOS: "mdi:video-vintage",
    LibraryKind.OTHER: "mdi:bookshelf",
}


def new_view(context: ViewContext) -> Card:
    """Return the sections of the view: one shelf in each."""
    shelves: list[Card] = []
    of_libraries = [
        cards.shelf_card(
            "recently_added",
            (server.entry_id,),
            title=context.titled(library.title, server),
            icon=LIBRARY_ICONS[library.kind],
            library=library.id,
            show_filter=False,
        )
        for server in context.servers
        for library in server.libraries
    ]
    # One library is its own overview; chosen libraries are all that is wanted.
    if not context.has_chosen_libraries or not of_libraries:
        shelves.append(
            cards.shelf_card(
                "recently_added",
                context.chosen_servers,
                title=context.text("recently_added"),
                icon="mdi:new-box",
            )
        )
    shelves += of_libraries[:MAX_SHELVES]
    return {"sections": [cards.section([shelf], column_span=3) for shelf in shelves]}
