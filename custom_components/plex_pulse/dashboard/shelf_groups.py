"""Episodes of a show that were added together, as one item of a shelf."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from ..api import DetailedItem, MediaItem, SelectedMedia

_TOGETHER: Final = timedelta(days=7)
"""How long before the newest episode of its show another one counts as added with it."""
_NO_MEDIA: Final = SelectedMedia.parse({})
"""A season has no format of its own."""


def group_episodes(items: Iterable[DetailedItem]) -> tuple[DetailedItem, ...]:
    """Return the items, which are sorted by date, with at most one for each show.

    It is the newest episode, or the season or show of the episodes that were added
    together with it. Their number is its `leaf_count`.
    """
    batches: dict[tuple[str, object], list[DetailedItem]] = {}
    for number, detailed in enumerate(items):
        key: tuple[str, object] = ("item", number)
        if detailed.item.item_type == "episode" and detailed.grandparent_key is not None:
            key = ("show", detailed.grandparent_key)
        batch = batches.setdefault(key, [])
        if not batch or _is_added_with(detailed.item, batch[0].item):
            batch.append(detailed)
    return tuple(batch[0] if len(batch) == 1 else _merged(batch) for batch in batches.values())


def _is_added_with(item: MediaItem, newest: MediaItem) -> bool:
    """Return whether an episode was added together with the newest one of its show."""
    if item.added_at is None or newest.added_at is None:
        return item.added_at is newest.added_at
    return abs(newest.added_at - item.added_at) <= _TOGETHER


def _merged(batch: Sequence[DetailedItem]) -> DetailedItem:
    """Return the season of episodes, or their show if they are of several seasons."""
    newest = batch[0]
    is_season = newest.parent_key is not None and len({each.parent_key for each in batch}) == 1
    return replace(
        newest,
        item=_season(newest, batch) if is_season else _show(newest, batch),
        view_offset=None,
        leaf_count=len(batch),
        viewed_leaf_count=sum(each.item.view_count > 0 for each in batch),
        genres=(),
        directors=(),
        rating=None,
        media=_NO_MEDIA,
        audio_channels=None,
        bitrate=None,
        size=None,
    )


def _season(newest: DetailedItem, batch: Sequence[DetailedItem]) -> MediaItem:
    """Return the season of the newest episode."""
    item = newest.item
    return replace(
        _container(item),
        rating_key=newest.parent_key,
        item_type="season",
        title=item.parent_title,
        parent_title=item.grandparent_title,
        index=item.parent_index,
        summary=_listed(batch, "{episode}. {title}"),
        thumb=item.parent_thumb,
        parent_thumb=item.grandparent_thumb,
    )


def _show(newest: DetailedItem, batch: Sequence[DetailedItem]) -> MediaItem:
    """Return the show of the newest episode."""
    item = newest.item
    return replace(
        _container(item),
        rating_key=newest.grandparent_key,
        item_type="show",
        title=item.grandparent_title,
        index=None,
        summary=_listed(batch, "{season}x{episode:02} {title}"),
        thumb=item.grandparent_thumb,
        parent_thumb=None,
    )


def _container(item: MediaItem) -> MediaItem:
    """Return an episode without what its season and its show do not have."""
    return replace(
        item,
        parent_title=None,
        grandparent_title=None,
        parent_index=None,
        year=None,
        duration=None,
        view_count=0,
        grandparent_thumb=None,
    )


def _listed(batch: Sequence[DetailedItem], line: str) -> str:
    """Return the titles of episodes in their order, one a line."""
    episodes = sorted(
        (each.item.parent_index or 0, each.item.index or 0, each.item.title or "") for each in batch
    )
    return "\n".join(
        line.format(season=season, episode=episode, title=title)
        for season, episode, title in episodes
    )
