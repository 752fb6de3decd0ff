"""Notifications of libraries, activities and the server, in the formats of all server versions."""

import pytest

from custom_components.plex_pulse.api import (
    ActivityNotification,
    ReachabilityNotification,
    StatusNotification,
    TimelineNotification,
)
from tests.simulator import PlexSimulator

from .entries import ACTIVITY, TIMELINE, Entry, receive
from .helpers import RecordingListener

pytestmark = pytest.mark.usefixtures("listening")


@pytest.mark.parametrize(
    ("fields", "item_type", "metadata_state"),
    [
        ({}, 1, None),
        ({"sectionID": 1, "itemID": 321, "type": "1", "state": "5"}, 1, None),
        ({"type": -1, "metadataState": "created"}, -1, "created"),
    ],
    ids=["strings", "numbers", "no type"],
)
async def test_timeline_has_item_and_library(
    simulator: PlexSimulator,
    listener: RecordingListener,
    fields: Entry,
    item_type: int,
    metadata_state: str | None,
) -> None:
    """Ids were numbers in older servers."""
    assert await receive(simulator, listener, "timeline", "TimelineEntry", [TIMELINE | fields]) == [
        TimelineNotification(
            library_key="1",
            rating_key="321",
            parent_key="320",
            item_type=item_type,
            title="The Lantern Keeper",
            state=5,
            metadata_state=metadata_state,
        )
    ]


@pytest.mark.parametrize(
    ("context", "library_key"),
    [
        ({"Context": {"librarySectionID": "1"}}, "1"),
        ({"Context": {"librarySectionID": 1}}, "1"),
        ({"Context": [{"librarySectionID": "1"}]}, "1"),
        ({"Context": {"key": "/library/metadata/513", "exists": True}}, None),
        ({"Context": None}, None),
        ({}, None),
    ],
    ids=["string", "number", "list", "item", "null", "missing"],
)
async def test_activity_has_progress_and_library(
    simulator: PlexSimulator, listener: RecordingListener, context: Entry, library_key: str | None
) -> None:
    activity = {
        "uuid": "c30c-refresh",
        "type": "library.update.section",
        "title": "Scanning Movies",
        "subtitle": "The Lantern Keeper",
        "progress": "33",
        **context,
    }
    assert await receive(
        simulator, listener, "activity", "ActivityNotification", [ACTIVITY | {"Activity": activity}]
    ) == [
        ActivityNotification(
            event="updated",
            uuid="c30c-refresh",
            activity_type="library.update.section",
            title="Scanning Movies",
            subtitle="The Lantern Keeper",
            progress=33,
            library_key=library_key,
        )
    ]


async def test_activity_is_identified_by_either_uuid(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """Its progress may be unknown."""
    entry = {"event": "started", "Activity": {"uuid": "c30c-refresh", "progress": -1}}
    assert await receive(simulator, listener, "activity", "ActivityNotification", [entry]) == [
        ActivityNotification(
            event="started",
            uuid="c30c-refresh",
            activity_type=None,
            title=None,
            subtitle=None,
            progress=None,
            library_key=None,
        )
    ]


async def test_status_has_its_name_and_text(
    simulator: PlexSimulator, listener: RecordingListener
) -> None:
    """The text is in the server's language."""
    entry = {
        "title": "Library scan complete",
        "description": "",
        "notificationName": "LIBRARY_UPDATE",
    }
    assert await receive(simulator, listener, "status", "StatusNotification", [entry]) == [
        StatusNotification(name="LIBRARY_UPDATE", title="Library scan complete")
    ]


@pytest.mark.parametrize(
    ("value", "is_reachable"),
    [(True, True), (1, True), ("1", True), (False, False), (0, False), ("0", False)],
)
async def test_reachability_is_a_boolean_of_any_type(
    simulator: PlexSimulator, listener: RecordingListener, value: object, is_reachable: bool
) -> None:
    entry = {"reachability": value}
    assert await receive(
        simulator, listener, "reachability", "ReachabilityNotification", [entry]
    ) == [ReachabilityNotification(is_reachable=is_reachable)]
