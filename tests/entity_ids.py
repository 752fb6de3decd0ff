"""Entity ids of the simulated server "Harbour" that several tests use."""

from typing import Final

CONNECTED: Final = "binary_sensor.harbour_connected"
PUSH: Final = "binary_sensor.harbour_push"
STATUS: Final = "sensor.harbour_api_status"

WATCH_TIMES: Final = frozenset(
    {
        "sensor.harbour_watch_time",
        "sensor.harbour_watch_time_direct_play",
        "sensor.harbour_watch_time_direct_stream",
        "sensor.harbour_watch_time_transcode",
    }
)
AVAILABLE_IN_OUTAGE: Final = frozenset({CONNECTED, PUSH, STATUS}) | WATCH_TIMES
"""Watch times are totals kept by Home Assistant, so they do not depend on the server."""

STREAMS: Final = "sensor.harbour_active_streams"
TRANSCODES: Final = "sensor.harbour_transcodes"
BANDWIDTH: Final = "sensor.harbour_bandwidth"
NOW_PLAYING_IMAGE: Final = "image.harbour_now_playing"
USER_NOW_PLAYING: Final = "sensor.harbour_{}_now_playing"
"""Of a followed user; takes the user's name."""
USER_NOW_PLAYING_IMAGE: Final = "image.harbour_{}_now_playing"
"""Of a followed user; takes the user's name."""
PLAYBACK: Final = "event.harbour_playback"

MOVIES: Final = "sensor.harbour_movies_movies"
MOVIES_LAST_ADDED: Final = "sensor.harbour_movies_last_added"
MOVIES_SCANNING: Final = "binary_sensor.harbour_movies_scanning"
SCAN_MOVIES: Final = "button.harbour_movies_scan"
KIDS_MOVIES: Final = "sensor.harbour_kids_movies_movies"
CONCERTS: Final = "sensor.harbour_concerts_movies"
SCAN_LIBRARIES: Final = "button.harbour_scan_libraries"
LIBRARY: Final = "event.harbour_library"

UPDATE: Final = "update.harbour_server"
REMOTE_ACCESS: Final = "binary_sensor.harbour_remote_access"
