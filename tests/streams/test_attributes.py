"""Attributes of items and sessions that no server of the tests sends."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from unittest.mock import patch

from homeassistant.util import dt as dt_util
import pytest

from custom_components.plex_pulse.api import MediaItem, Session
from custom_components.plex_pulse.streams.attributes import (
    item_names,
    progress_percent,
    stream_attributes,
)
from custom_components.plex_pulse.streams.position import StreamPosition

EAST = timezone(timedelta(hours=2))
NOW = 1_790_000_000.0
POSITION = StreamPosition(position=60.0, updated_at=NOW, is_moving=True, view_offset=60_000)


def _session(**fields: object) -> Session:
    tree: dict[str, Any] = {
        "sessionKey": "1",
        "type": "movie",
        "title": "The Ivory Lantern",
        "Player": {"state": "playing"},
        **fields,
    }
    session = Session.parse(tree)
    assert session is not None
    return session


def test_season_is_named_by_its_series_and_number() -> None:
    season = MediaItem.parse(
        {"type": "season", "title": "Season 2", "parentTitle": "Harbour Lights", "index": 2}
    )
    names = item_names(season)
    assert (names["title"], names["series"], names["season"]) == ("Season 2", "Harbour Lights", 2)
    assert names["episode"] is None


@pytest.mark.parametrize(
    ("session", "position"),
    [(_session(), POSITION), (_session(duration=6_000_000), None)],
    ids=["no duration", "no position"],
)
def test_progress_needs_a_position_and_a_duration(
    session: Session, position: StreamPosition | None
) -> None:
    assert progress_percent(session, position) is None


def test_end_of_a_stream_is_that_of_its_remaining_time() -> None:
    with patch.object(dt_util, "DEFAULT_TIME_ZONE", EAST):
        attributes = stream_attributes(_session(duration=660_000), "salt", POSITION)
    expected = datetime.fromtimestamp(NOW + 600, EAST)
    assert attributes["ends_at"] == expected.replace(second=0).isoformat()


def test_duration_beyond_all_times_has_no_end() -> None:
    attributes = stream_attributes(_session(duration=10**18), "salt", POSITION)
    assert attributes["ends_at"] is None
    assert attributes["duration"] == 10**15


def test_end_that_is_too_late_only_in_local_time_is_unknown() -> None:
    last_hour = datetime(9999, 12, 31, 23, tzinfo=UTC).timestamp()
    session = _session(duration=60_000 + int(last_hour - NOW) * 1000)
    with patch.object(dt_util, "DEFAULT_TIME_ZONE", EAST):
        attributes = stream_attributes(session, "salt", POSITION)
    assert attributes["ends_at"] is None
