"""Watched state of items; that of shows, seasons and albums derives from their children."""

from .library import Item, Kind, Library


def mark_watched(item: Item, at: float) -> None:
    """Mark an item, or all its children, as watched once more."""
    for leaf in item.leaves():
        leaf.view_count += 1
        leaf.last_viewed_at = int(at)


def mark_unwatched(item: Item) -> None:
    """Mark an item, or all its children, as unwatched."""
    for leaf in item.leaves():
        leaf.view_count = 0
        leaf.last_viewed_at = None


def on_deck(library: Library) -> list[Item]:
    """Return the next episode of each started show, the last watched show first."""
    found: list[tuple[int, Item]] = []
    for show in library.of_kind(Kind.SHOW):
        episodes = list(show.leaves())
        watched = [number for number, episode in enumerate(episodes) if episode.view_count]
        if not watched:
            continue
        last = max(watched, key=lambda number: episodes[number].last_viewed_at or 0)
        following = next((it for it in episodes[last + 1 :] if not it.view_count), None)
        if following is not None:
            found.append((episodes[last].last_viewed_at or 0, following))
    found.sort(key=lambda row: row[0], reverse=True)
    return [episode for _, episode in found]
