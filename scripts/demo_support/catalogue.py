"""The entities of Plex Pulse by kind of device, as `platform.key`."""

from collections.abc import Mapping
from typing import Final


def _of(**keys: str) -> frozenset[str]:
    """Return the keys of each platform as `platform.key`."""
    return frozenset(f"{platform}.{key}" for platform, text in keys.items() for key in text.split())


SERVER: Final = _of(
    binary_sensor="connected push remote_access",
    button="scan_libraries",
    event="library playback",
    image="last_added now_playing",
    sensor="""
        active_streams api_failures api_latency api_requests api_retries api_status
        background_activities bandwidth bandwidth_lan bandwidth_wan direct_plays direct_streams
        hardware_transcodes host_cpu host_memory last_added paused_streams poll_interval
        process_cpu process_memory rate_limited_until transcodes viewers watch_time
        watch_time_direct_play watch_time_direct_stream watch_time_transcode
    """,
    update="server",
)
_LIBRARY: Final = _of(
    binary_sensor="scanning",
    button="empty_trash scan",
    image="last_added",
    sensor="last_added last_added_at storage",
)
LIBRARIES: Final[Mapping[str, frozenset[str]]] = {
    kind: _LIBRARY | _of(sensor=keys)
    for kind, keys in {
        "movies": "duration movies",
        "shows": "duration episodes seasons shows",
        "music": "albums artists duration tracks",
        "photos": "photo_albums photos videos",
        "videos": "duration videos",
    }.items()
}
USER: Final = _of(image="now_playing", sensor="now_playing watch_time")

# The kinds of devices; each library and each user is a device of its own.
DEVICES: Final = (SERVER, *LIBRARIES.values(), USER)
