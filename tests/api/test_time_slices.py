"""Long work lets other tasks run after each slice of CPU time."""

import asyncio
from itertools import count

import pytest

from custom_components.plex_pulse.api.models.coerce import JsonObject
from custom_components.plex_pulse.api.time_slices import parse_in_slices

_SECONDS_PER_ROW = 0.004
"""Three rows take longer than a slice."""


@pytest.fixture(autouse=True)
def _row_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Advance the CPU time by that of a row each time that it is read."""
    readings = count()
    monkeypatch.setattr("time.thread_time", lambda: next(readings) * _SECONDS_PER_ROW)


async def test_other_tasks_run_between_the_slices() -> None:
    parsed: list[int] = []
    seen: list[int] = []

    def parse(row: JsonObject) -> int | None:
        number = row["number"]
        assert isinstance(number, int)
        parsed.append(number)
        return number if number % 2 else None

    async def observe() -> None:
        while len(parsed) < 10:
            seen.append(len(parsed))
            await asyncio.sleep(0)

    observer = asyncio.create_task(observe())
    rows = [{"number": number} for number in range(10)]
    assert await parse_in_slices(rows, parse) == (1, 3, 5, 7, 9)
    await observer
    assert seen == [3, 6, 9]
