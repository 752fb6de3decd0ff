"""Watched state of items; that of shows, seasons and albums derives from their children."""

from .library import Item, Kind, Library


def mark_watched(item: Item, at: float) -> None:
    """Mark an item, or all its children, as watched once more."""
    for leaf in item.leaves():
        leaf.view_offset = 0
        leaf.view_count += 1
        leaf.last_viewed_at = int(at)


def mark_unwatched(item: Item) -> None:
    """Mark an item, or all its children, as unwatched."""
    for leaf in item.leaves():
        leaf.view_offset = 0
        leaf.view_count = 0
        leaf.last_viewed_at = None


def continue_watching(library: Library) -> list[Item]:
    """Return the items that were stopped in the middle, the last one first."""
    found = [item for item in library.items.values() if item.view_offset]
    return sorted(found, key=lambda item: item.last_viewed_at or 0, reverse=True)


def on_deck(library: Library) -> list[Item]:
    """Return items stopped in the middle and the next episode of each started show.

    The last watched comes first.
    """
    found = [(item.last_viewed_at or 0, item) for item in continue_watching(library)]
    started = {item.parent.parent for _, item in found if item.parent and item.parent.parent}
    for show in library.of_kind(Kind.SHOW):
        episodes = list(show.leaves())
        watched = [number for number, episode in enumerate(episodes) if episode.view_count]
        if not watched:
            continue
        last = max(watched, key=lambda number: episodes[number].last_viewed_at or 0)
        following = next((it for it in episodes[last + 1 :] if not it.view_count), None)
        if following is not None and show not in started:
            found.append((episodes[last].last_viewed_at or 0, following))
    found.sort(key=lambda row: row[0], reverse=True)
    return [episode for _, episode in found]
