"""Items read by their rating keys, some of which no longer exist."""

import pytest

from custom_components.plex_pulse.api import PlexApiError, PlexErrorKind, PlexServerClient
from tests.simulator import Kind, PlexSimulator

from .helpers import MakeClient

pytestmark = pytest.mark.parametrize("session_typing", ["modern", "strings"])


async def test_get_items_reads_several_items_in_one_request(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Names of season, show, artist and album are included."""
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


async def test_get_items_skips_removed_items(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """The server answers 404 only if none of the items is left."""
    film, other_film, *_ = simulator.library.of_kind(Kind.MOVIE)
    keys = [str(film.rating_key), str(other_film.rating_key)]
    simulator.library.remove_item(film)
    assert [item.title for item in await client.get_items(keys)] == [other_film.title]
    simulator.library.remove_item(other_film)
    with pytest.raises(PlexApiError) as caught:
        await client.get_items(keys)
    assert (caught.value.kind, caught.value.status) == (PlexErrorKind.CLIENT, 404)


async def test_get_items_skips_unshared_items_for_a_shared_token(
    simulator: PlexSimulator, make_client: MakeClient
) -> None:
    film, *_ = simulator.library.of_kind(Kind.MOVIE)
    episode, *_ = simulator.library.of_kind(Kind.EPISODE)
    simulator.add_shared_token("friend-token", sections=[film.section.key])
    friend = make_client(token="friend-token")
    keys = [str(film.rating_key), str(episode.rating_key)]
    assert [item.title for item in await friend.get_items(keys)] == [film.title]
