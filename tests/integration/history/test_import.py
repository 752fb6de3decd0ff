"""The import of the history into external statistics."""

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.simulator import PlexSimulator

from .conftest import ReadStatistics


@pytest.fixture
def plays(simulator: PlexSimulator) -> str:
    """Return the statistic id of the plays of the server."""
    return f"plex_pulse:{simulator.state.machine_identifier}_plays"


async def test_history_becomes_hourly_statistics(
    hass: HomeAssistant,
    loaded: MockConfigEntry,
    simulator: PlexSimulator,
    read_statistics: ReadStatistics,
    plays: str,
) -> None:
    rows = await read_statistics(plays)
    views = simulator.sessions.history
    assert sum(row["state"] for row in rows) == len(views) == rows[-1]["sum"]
    hours = {view.viewed_at // 3600 for view in views}
    assert [row["start"] // 3600 for row in rows] == sorted(hours)
