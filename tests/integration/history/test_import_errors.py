"""Each error of an import: nothing is counted twice or lost, and one line is logged."""

from dataclasses import replace
import logging

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.integration.conftest import Advance
from tests.integration.helpers import log_messages
from tests.simulator import Fault, PlexSimulator

from .conftest import HISTORY_PATH, FailFrom, ReadStatistics, Verify, imported, set_up, total


def _infos(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return the lines that a user reads with the level that is the default of many."""
    return [text for level, text in log_messages(caplog) if level >= logging.INFO]


async def test_changed_play_is_moved_and_logged_once(
    hass: HomeAssistant,
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    verify: Verify,
    caplog: pytest.LogCaptureFixture,
) -> None:
    await imported(hass)
    history = simulator.sessions.history
    view = history[5]
    history[5] = replace(view, viewed_at=view.viewed_at - 2 * 3600)
    await verify()
    await verify()
    assert total(await read_statistics(plays)) == len(history)
    assert _infos(caplog) == [
        "Harbour changed 1 plays in its history; the statistics are corrected"
    ]


async def test_import_that_fails_again_and_again_is_logged_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    long_history: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
    advance: Advance,
    caplog: pytest.LogCaptureFixture,
    fail_from: FailFrom,
) -> None:
    fail_from(600, Fault.status(500))
    await set_up(hass, entry)
    for _ in range(3):
        await advance(901)
        await imported(hass)
    (line,) = _infos(caplog)
    assert line.startswith("The history of Harbour cannot be read, statistics are incomplete: ")
    counted = total(await read_statistics(plays))
    assert 0 < counted <= 1_000

    fail_from(0, None)
    await advance(901)
    await imported(hass)
    views = long_history.sessions.history
    now = dt_util.utcnow().timestamp()
    assert total(await read_statistics(plays)) == sum(view.viewed_at <= now for view in views)
    assert len(_infos(caplog)) == 1

    # The next failure is a new one.
    long_history.faults.add(HISTORY_PATH, Fault.status(403), times=None)
    await advance(3600)
    await imported(hass)
    assert len(_infos(caplog)) == 2
