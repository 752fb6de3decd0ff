"""Fields of streams of music, photos, episodes, live TV and unusual sessions."""

from dataclasses import replace
from typing import cast

import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from tests.fixtures.home_assistant import Advance
from tests.simulator import Item, PlexSimulator
from tests.simulator.library import Kind
from tests.simulator.session import Location, State
from tests.simulator.users_and_players import LIVING_ROOM

from .browser import Browser, Json

INTERVAL = 10


async def _only_stream(browser: Browser, entry: MockConfigEntry, advance: Advance) -> Json:
    """Return the one stream that plays."""
    await advance(INTERVAL)
    await browser.subscribe()
    (stream,) = browser.streams(entry.entry_id).values()
    return stream


async def test_episode_has_its_series_as_title(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    (episode, *_) = simulator.library.of_kind(Kind.EPISODE)
    simulator.sessions.start(episode)
    stream = await _only_stream(browser, loaded_entry, advance)
    assert episode.parent is not None
    assert episode.parent.parent is not None
    assert (stream["type"], stream["title"]) == ("episode", episode.parent.parent.title)
    assert (stream["season"], stream["episode"]) == (episode.parent.index, episode.index)
    assert stream["episode_title"] == episode.title
    assert stream["image_shape"] == "poster"


async def test_track_has_artist_and_album_and_no_video(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    (track, *_) = simulator.library.of_kind(Kind.TRACK)
    simulator.sessions.start(track)
    stream = await _only_stream(browser, loaded_entry, advance)
    assert track.parent is not None
    assert track.parent.parent is not None
    assert (stream["type"], stream["title"], stream["album"], stream["artist"]) == (
        "track",
        track.title,
        track.parent.title,
        track.parent.parent.title,
    )
    assert stream["video"] is None
    assert stream["audio"]["source"]["codec"]
    assert stream["image_shape"] == "square"


async def test_photo_has_a_date_and_no_position(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    (photo, *_) = simulator.library.of_kind(Kind.PHOTO)
    simulator.sessions.start(photo)
    stream = await _only_stream(browser, loaded_entry, advance)
    assert (stream["type"], stream["terminable"]) == ("photo", False)
    assert (stream["position"], stream["duration"], stream["audio"]) == (None, None, None)
    assert stream["taken_on"].count("-") == 2
    # Without an element Session only the player says where it is.
    assert stream["location"] == "lan"


async def test_live_tv_has_no_duration_and_names_its_reason(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    simulator.sessions.start_live_tv()
    stream = await _only_stream(browser, loaded_entry, advance)
    assert (stream["type"], stream["duration"], stream["buffer"]) == ("live", None, None)
    assert stream["title"]
    assert stream["reasons"] == ["live"]
    assert stream["bandwidth"] is None
    assert stream["video"]["source"]["interlaced"] is True


async def test_stream_without_a_user_or_a_session_is_shown(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    simulator.sessions.start(
        film, user=None, player=replace(LIVING_ROOM, local=False), with_session=False
    )
    stream = await _only_stream(browser, loaded_entry, advance)
    assert (stream["user"], stream["location"], stream["terminable"]) == (None, "wan", False)
    assert film.media is not None
    assert stream["bandwidth"] == film.media.bitrate


async def test_relayed_stream_has_the_location_relay(
    loaded_entry: MockConfigEntry, simulator: PlexSimulator, advance: Advance, browser: Browser
) -> None:
    (film, *_) = simulator.library.of_kind(Kind.MOVIE)
    player = replace(LIVING_ROOM, local=False, relayed=True)
    simulator.sessions.start(film, player=player, location="wan")
    assert (await _only_stream(browser, loaded_entry, advance))["location"] == "relay"


@pytest.mark.parametrize("state", ["paused", "buffering"])
async def test_next_item_of_a_session_starts_again(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    advance: Advance,
    browser: Browser,
    state: State,
) -> None:
    first, second, *_ = simulator.library.of_kind(Kind.EPISODE)
    session = simulator.sessions.start(first, state=state)
    before = await _only_stream(browser, loaded_entry, advance)
    assert (before["state"], before["state_since"]) == (state, before["started_at"])
    started_at = before["started_at"]
    await advance(INTERVAL)
    assert await browser.events() == []
    simulator.sessions.next_item(session, second)
    await advance(INTERVAL)
    await browser.events()
    (stream,) = browser.streams(loaded_entry.entry_id).values()
    assert stream["episode_title"] == second.title
    assert stream["started_at"] > started_at
    assert stream["state"] == "playing"


@pytest.mark.parametrize(
    ("is_local", "location"), [(True, "lan"), (False, "wan"), (None, None)], ids=str
)
async def test_location_that_cards_do_not_know_is_that_of_the_player(
    loaded_entry: MockConfigEntry,
    simulator: PlexSimulator,
    film: Item,
    advance: Advance,
    browser: Browser,
    is_local: bool | None,
    location: str | None,
) -> None:
    player = replace(LIVING_ROOM, local=cast("bool", is_local))
    simulator.sessions.start(film, player=player, location=cast("Location", "satellite"))
    stream = await _only_stream(browser, loaded_entry, advance)
    assert stream["location"] == location
