"""Titles of items and streams."""

from ..api import MediaItem, Session


def stream_title(session: Session) -> str | None:
    """Return the title of the item, else the name of its series or channel; None without any.

    Live TV without a guide has no title.
    """
    item = session.item
    return item.title or item.grandparent_title or item.parent_title or session.media.channel


def full_title(item: MediaItem) -> str | None:
    """Return the title with series and episode number, or with the artist; None without any.

    Episodes of a daily show have no number; their date takes its place.
    """
    parts = [item.title]
    if item.item_type == "episode":
        number = item.aired if item.index is None else None
        if item.parent_index is not None and item.index is not None:
            number = f"S{item.parent_index:02}E{item.index:02}"
        parts = [item.grandparent_title, number, item.title]
    elif item.item_type == "album":
        parts = [item.parent_title, item.title]
    return " - ".join(part for part in parts if part) or None
