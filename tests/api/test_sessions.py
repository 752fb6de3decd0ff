"""Active sessions with modern and with string-typed responses."""

import pytest

from custom_components.plex_pulse.api import (
    PlayMethod,
    PlexServerClient,
)
from tests.clocks import ManualClock
from tests.secrets import EMAIL
from tests.simulator import Kind, PlexSimulator
from tests.simulator.users_and_players import HEADPHONES, PHONE, User

pytestmark = pytest.mark.parametrize("session_typing", ["modern", "strings"])


async def test_sessions_of_an_idle_server_are_empty(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """An empty list is a missing key."""
    assert await client.get_sessions() == ()
    assert simulator.count("/status/sessions") == 1


async def test_session_has_user_player_item_and_method(
    simulator: PlexSimulator, client: PlexServerClient, clock: ManualClock
) -> None:
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    # A user name may be an e-mail address: it is data, but must not be logged.
    viewer = User(id=9_001, name=EMAIL)
    simulator.sessions.start(film, user=viewer, player=PHONE, location="wan")
    clock.advance(30)
    (it,) = await client.get_sessions()
    assert it.session_key == "1"
    assert it.session_id == PHONE.machine_identifier
    assert (it.item.title, it.duration) == (film.title, film.duration)
    assert it.view_offset == 30_000
    assert it.user is not None
    assert (it.user.id, it.user.name) == ("9001", EMAIL)
    assert (it.player.title, it.player.product) == (PHONE.title, PHONE.product)
    assert (it.player.platform, it.player.state) == (PHONE.platform, "playing")
    assert it.player.is_local is False
    assert (it.bandwidth, it.location) == (film.media and film.media.bitrate, "wan")
    assert it.method is PlayMethod.DIRECT_PLAY
    assert it.transcode is None
    assert it.media.format.resolution == "4K"
    assert it.media.dynamic_range == "HDR10"
    simulator.sessions.stop(simulator.sessions.current()[0])
    assert await client.get_sessions() == ()


async def test_transcode_session_has_its_hardware_codecs(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Hardware that was allowed but not used does not count."""
    film = simulator.library.of_kind(Kind.MOVIE)[0]
    for hardware in (True, False):
        simulator.sessions.start(
            film, method="transcode", hardware=hardware, throttled=True, transcoding_for=10
        )
    simulator.sessions.start(film, method="transcode", copy_video=True)
    simulator.sessions.start(film, method="direct_stream")
    hard, soft, audio, copied = await client.get_sessions()
    assert [it.method for it in (hard, soft, audio, copied)] == [
        PlayMethod.TRANSCODE,
        PlayMethod.TRANSCODE,
        PlayMethod.TRANSCODE,
        PlayMethod.DIRECT_STREAM,
    ]
    assert [it.transcode and it.transcode.uses_hardware for it in (hard, soft, audio)] == [
        True,
        False,
        False,
    ]
    assert hard.transcode is not None
    assert hard.transcode.is_throttled
    assert hard.transcode.speed == 0
    assert hard.transcode.remaining is None
    assert audio.transcode is not None
    settings = audio.transcode.settings
    assert (settings.video_decision, settings.audio_decision) == ("copy", "transcode")


async def test_sessions_with_missing_elements_are_parsed(
    simulator: PlexSimulator, client: PlexServerClient
) -> None:
    """Examples are Live TV, a preroll, a photo, and sessions without User or Session."""
    library = simulator.library
    film, track = library.of_kind(Kind.MOVIE)[0], library.of_kind(Kind.TRACK)[0]
    simulator.sessions.start_live_tv()
    simulator.sessions.start_preroll()
    simulator.sessions.start(film, user=None)
    simulator.sessions.start(track, player=HEADPHONES, with_session=False)
    simulator.sessions.start(library.of_kind(Kind.PHOTO)[0])
    live, preroll, anonymous, music, photo = await client.get_sessions()
    assert live.is_live
    assert (live.duration, live.bandwidth, live.item.library_key) == (None, None, None)
    assert (live.media.format.video_codec, live.media.audio_codec) == (None, None)
    assert live.transcode is not None
    assert live.transcode.progress is None
    assert (preroll.item.item_type, preroll.item.library_key) == ("clip", None)
    assert anonymous.user is not None
    assert (anonymous.user.id, anonymous.user.name) == ("1", None)
    assert (music.session_id, music.bandwidth, music.location) == (None, 912, "lan")
    assert music.item.grandparent_title is not None
    assert (photo.item.item_type, photo.duration, photo.bandwidth) == ("photo", None, None)
