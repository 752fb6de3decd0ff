"""Memory of a large history: bounded per play, for any number of titles."""

from random import Random
import tracemalloc

from custom_components.plex_pulse.api import HistoryRow
from custom_components.plex_pulse.history.merge import END_OF_TIME, merge, to_plays
from custom_components.plex_pulse.history.play_log import PlayLog

PLAYS = 100_000
PAGE = 500
MAX_BYTES_FOR_A_MILLION = 200 * 1024 * 1024


def _page(random: Random, start: int, at: int) -> list[HistoryRow]:
    rows: list[HistoryRow] = []
    for number in range(start, start + PAGE):
        at += random.randrange(1, 190)
        item = random.randrange(50_000)
        rows.append(
            HistoryRow(
                history_id=number + 1,
                viewed_at=at,
                item_type=("movie", "episode", "track")[item % 3],
                title=f"Title number {item % 20_000}",
                rating_key=item + 1,
                image=f"/library/metadata/{item % 20_000}/thumb/1700000000",
                account_id=str(item % 7),
                device_id=str(item % 30),
                library_key=str(item % 10),
            )
        )
    return rows


def test_million_plays_take_at_most_200_mib() -> None:
    """Measure a tenth of them: the names are complete by then, so the rest is linear."""
    random = Random(16)
    log = PlayLog()
    at = 1_600_000_000
    tracemalloc.start()
    for start in range(0, PLAYS, PAGE):
        rows = _page(random, start, at)
        at = rows[-1].viewed_at
        plays = to_plays(log, rows)
        del rows
        merge(log, plays, plays[0].at, END_OF_TIME)
    _, peak = tracemalloc.get_traced_memory()
    columns = sum(column.itemsize * len(column) for column in log.columns)
    tracemalloc.stop()
    assert len(log) == PLAYS
    assert peak - columns + columns * 1_000_000 / PLAYS < MAX_BYTES_FOR_A_MILLION
    assert columns / PLAYS < 32
