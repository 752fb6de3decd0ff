"""Years of made-up history: gaps, deleted items, users who left, and wrong clocks."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

from .library import Item, Kind, Library
from .session import View

_DAY = 86_400
_HOURS = (7, 9, 12, 16, 17, 18, 19, 19, 20, 20, 20, 21, 21, 22, 23)
"""Hours of plays: most of them in the evening."""
_HOLIDAY = (200, 221)
"""Days before today without any play."""
_LEFT_USER_ID = 70_000_001
"""A user who has left: no account of the server has this id."""
_LEFT_DAYS_AGO = 400
_DELETED = ("The Lost Reel", "Paper Moon Motel", "Harvest of Glass", "The Ninth Ferry")


def made_up_history(
    library: Library,
    now: float,
    account_ids: Sequence[int],
    *,
    years: float = 3.0,
    plays_per_day: float = 8.0,
) -> list[View]:
    """Return the plays of some years, oldest first; always the same for the same time.

    On weekends there are more of them. Each 20th is of an item that was deleted since, and
    has no key; one day has its plays under 1970, some are dated in the future, and some
    were counted twice, a second apart.
    """
    random = Random(20_260_101)
    items = [
        *library.of_kind(Kind.MOVIE),
        *library.of_kind(Kind.EPISODE) * 2,
        *library.of_kind(Kind.TRACK),
    ]
    if not items or not account_ids:
        return []
    weights = [1 / (1 + position % 40) for position in range(len(items))]
    days = int(years * 365)
    clock_was_wrong = days // 2
    views: list[View] = []
    for days_ago in range(days, 0, -1):
        if _HOLIDAY[0] <= days_ago < _HOLIDAY[1]:
            continue
        midnight = int(now) - days_ago * _DAY
        midnight -= midnight % _DAY
        is_weekend = (datetime.fromtimestamp(midnight, UTC) + timedelta(hours=12)).weekday() >= 5
        count = int(plays_per_day * random.uniform(0.3, 1.7) * (1.5 if is_weekend else 1))
        users = [*account_ids, _LEFT_USER_ID] if days_ago > _LEFT_DAYS_AGO else account_ids
        for item in random.choices(items, weights, k=count):
            at = midnight + random.choice(_HOURS) * 3600 + random.randrange(3600)
            if days_ago == clock_was_wrong:
                at = random.randrange(600, _DAY)
            view = _view(random, item, random.choice(users), at)
            views.append(view)
            if random.random() < 0.01:
                views.append(_view(random, item, view.account_id, at + 1, view))
    views += [
        _view(random, items[0], account_ids[0], int(now) + ahead * _DAY) for ahead in (2, 900)
    ]
    views = [view for view in views if view.viewed_at < now or view.viewed_at > now + _DAY]
    return sorted(views, key=lambda view: view.viewed_at)


def _view(
    random: Random, item: Item, account_id: int, at: int, same_as: View | None = None
) -> View:
    """Return a play of an item, or of one that was deleted since."""
    if same_as is not None:
        deleted = None if same_as.item is not None else same_as.title
    else:
        deleted = random.choice(_DELETED) if random.random() < 0.05 else None
    return View(
        title=item.title if deleted is None else deleted,
        item=item if deleted is None else None,
        section_key=item.section.key,
        account_id=account_id,
        viewed_at=at,
    )
