"""The watch history from before the simulator started."""

from .library import Kind, Library
from .session import View
from .users_and_players import USERS
from .watched import mark_watched

_PAST_VIEWS = 30
_HOUR = 3600


def past_views(library: Library, now: float) -> list[View]:
    """Return past views, oldest first, and mark their items watched; one item is deleted."""
    watched = (
        library.of_kind(Kind.MOVIE)[:_PAST_VIEWS:2] + library.of_kind(Kind.EPISODE)[:_PAST_VIEWS:2]
    )
    if not watched:
        return []
    views = [
        View(
            title="The Lost Reel",
            item=None,
            section_key=watched[0].section.key,
            account_id=1,
            viewed_at=int(now - (len(watched) + 1) * 5 * _HOUR),
        )
    ]
    views += [
        View(
            title=item.title,
            item=item,
            section_key=item.section.key,
            account_id=USERS[number % len(USERS)].id,
            viewed_at=int(now - (len(watched) - number) * 5 * _HOUR),
        )
        for number, item in enumerate(watched)
    ]
    for view in views:
        if view.item is not None:
            mark_watched(view.item, view.viewed_at)
    return views
