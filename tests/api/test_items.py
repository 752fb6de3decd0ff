"""Items read by their keys, however many of them there still are."""

import pytest

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind, PlexServerClient
from tests.simulator import Kind, PlexSimulator

from .conftest import MakeClient

pytestmark = pytest.mark.parametrize("session_typing", ["modern", "strings"])


async def test_items_are_read_in_one_request(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """What they belong to comes along."""
    episode, other_episode, *_ = simulator.library.of_kind(Kind.EPISODE)
    (album, *_) = simulator.library.of_kind(Kind.ALBUM)
    keys = [str(item.rating_key) for item in (episode, album, other_episode)]
    items = await client.get_items(keys)
    assert [item.rating_key for item in items] == keys
    assert [item.item_type for item in items] == ["episode", "album", "episode"]
    assert (items[0].grandparent_title, items[0].parent_index, items[0].index) == (
        "Tidewrack Bay",
        1,
        1,
    )
    assert items[1].title == album.title
    assert len(simulator.requests) == 1


async def test_items_that_are_gone_cost_none_of_the_others(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Only when none is left the server knows nothing of them."""
    film, other_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    keys = [str(film.rating_key), str(other_film.rating_key)]
    simulator.library.remove_item(film)
    assert [item.title for item in await client.get_items(keys)] == [other_film.title]
    simulator.library.remove_item(other_film)
    with pytest.raises(PlexApiError) as caught:
        await client.get_items(keys)
    assert (caught.value.kind, caught.value.status) == (PlexErrorKind.CLIENT, 404)


async def test_items_that_are_not_for_this_token_are_missing(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    """A shared user sees those of the libraries that are shared."""
    film, *_ = simulator.library.of_kind(Kind.MOVIE)
    episode, *_ = simulator.library.of_kind(Kind.EPISODE)
    simulator.add_shared_token("friend-token", sections=[film.section.key])
    friend = make_client(token="friend-token")
    keys = [str(film.rating_key), str(episode.rating_key)]
    assert [item.title for item in await friend.get_items(keys)] == [film.title]
