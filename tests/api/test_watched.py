"""Marking items as watched and unwatched."""

from datetime import UTC, datetime

import pytest

from custom_components.plex_pulse.api import PlexErrorKind, PlexServerClient
from tests.clocks import ManualClock
from tests.simulator import Fault, Item, Kind, PlexSimulator

from .helpers import MakeClient, failure


@pytest.fixture
def film(simulator: PlexSimulator) -> Item:
    """Return a movie without views."""
    return next(it for it in simulator.library.of_kind(Kind.MOVIE) if not it.view_count)


async def test_item_is_marked_as_watched_and_unwatched(
    film: Item, client: PlexServerClient, clock: ManualClock
) -> None:
    key = str(film.rating_key)
    (item,) = await client.get_items([key])
    assert (item.view_count, item.last_viewed_at) == (0, None)
    await client.mark_watched(key)
    (item,) = await client.get_items([key])
    assert item.view_count == 1
    assert item.last_viewed_at == datetime.fromtimestamp(int(clock.time()), UTC)
    await client.mark_unwatched(key)
    (item,) = await client.get_items([key])
    assert (item.view_count, item.last_viewed_at) == (0, None)


async def test_marking_a_show_marks_all_its_episodes(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    show = simulator.library.of_kind(Kind.SHOW)[0]
    await client.mark_watched(str(show.rating_key))
    assert all(episode.view_count for episode in show.leaves())
    await client.mark_unwatched(str(show.rating_key))
    assert not any(episode.view_count for episode in show.leaves())


async def test_mark_watched_is_not_retried(
    film: Item, simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A second request would count as a second view."""
    simulator.faults.add("/:/scrobble", Fault.disconnect())
    error = await failure(client.mark_watched(str(film.rating_key)))
    assert (error.kind, error.attempts) == (PlexErrorKind.NETWORK, 1)
    assert simulator.count("/:/scrobble") == 1
    await client.mark_watched(str(film.rating_key))
    assert film.view_count == 1


async def test_mark_watched_of_a_removed_item_fails_with_404(
    film: Item, simulator: PlexSimulator, client: PlexServerClient
) -> None:
    simulator.library.remove_item(film)
    for call in (client.mark_watched, client.mark_unwatched):
        error = await failure(call(str(film.rating_key)))
        assert (error.kind, error.status) == (PlexErrorKind.CLIENT, 404)
    assert (await client.get_server()).name == "Harbour"


async def test_mark_watched_of_an_unshared_item_fails(
    film: Item, simulator: PlexSimulator, make_client: MakeClient
) -> None:
    simulator.add_shared_token("friend-token", sections=[2])
    error = await failure(make_client(token="friend-token").mark_watched(str(film.rating_key)))
    assert (error.kind, error.status) == (PlexErrorKind.CLIENT, 404)
    await make_client().mark_watched(str(film.rating_key))
    assert film.view_count == 1


async def test_mark_watched_answered_with_html_is_a_protocol_error(
    film: Item, simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """A proxy's page with status 200 has marked nothing."""
    simulator.faults.add("/:/scrobble", Fault.html())
    error = await failure(client.mark_watched(str(film.rating_key)))
    assert error.kind is PlexErrorKind.PROTOCOL
    await client.mark_watched(str(film.rating_key))
    assert film.view_count == 1
