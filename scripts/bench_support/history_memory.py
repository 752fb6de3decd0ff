"""Memory of a large history: `python -m scripts.bench_support.history_memory ROWS`.

Prints the peak above the memory before it, in MiB: the log is filled page by page, the rows of
some series are computed, and the log is saved and loaded.
"""

import asyncio
import gc
from random import Random
import sys
from typing import Final

from custom_components.plex_pulse.api import HistoryRow
from custom_components.plex_pulse.history.merge import END_OF_TIME, merge, to_plays
from custom_components.plex_pulse.history.reader import PAGE_SIZE
from custom_components.plex_pulse.history.series import hour_rows, plays_series
from custom_components.plex_pulse.history.storage import History, HistoryStore
from scripts.common.home_assistant import running_home_assistant

from .process_memory import peak, start_peak

_FIRST_PLAY: Final = 1_600_000_000
_ITEMS: Final = 50_000
_TITLES: Final = 20_000


def _page(random: Random, start: int, at: int) -> list[HistoryRow]:
    """Return a page of rows after a time, of many items."""
    rows: list[HistoryRow] = []
    for number in range(start, start + PAGE_SIZE):
        at += random.randrange(1, 190)
        item = random.randrange(_ITEMS)
        rows.append(
            HistoryRow(
                history_id=number + 1,
                viewed_at=at,
                item_type=("movie", "episode", "track")[item % 3],
                title=f"Title number {item % _TITLES}",
                rating_key=item + 1,
                image=f"/library/metadata/{item % _TITLES}/thumb/1700000000",
                account_id=str(item % 7),
                device_id=str(item % 30),
                library_key=str(item % 10),
            )
        )
    return rows


async def _measure(rows: int) -> float:
    """Return the peak above the memory before, in MiB."""
    async with running_home_assistant() as hass:
        gc.collect()
        before = start_peak("self")
        history = History()
        random = Random(16)  # noqa: S311 - the same rows in each run
        at = _FIRST_PLAY
        for start in range(0, rows, PAGE_SIZE):
            page = _page(random, start, at)
            plays = to_plays(history.log, page)
            at = plays[-1].at
            merge(history.log, plays, plays[0].at, END_OF_TIME)
        last_hour = at // 3600
        for series in plays_series("a1", "Harbour", [("u1", "1", "Movies")], {"1": "juniper"}):
            hour_rows(history.log, series, {}, 0, last_hour, (), {})
        store = HistoryStore(hass, "bench")
        await store.async_save(history)
        del history
        if len((await store.async_load()).log) != rows:
            msg = "plays are missing"
            raise ValueError(msg)
        return peak("self") - before


if __name__ == "__main__":
    print(asyncio.run(_measure(int(sys.argv[1]))))
