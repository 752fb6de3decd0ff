"""The state of a player, in sessions and notifications."""

from typing import Final

PLAYING: Final = "playing"
_STATES: Final = frozenset({PLAYING, "paused", "buffering"})


def player_state(state: str | None) -> str:
    """Return playing, paused or buffering.

    Any other state, or none, of a session that is listed is shown as playing, as Plex's own
    apps do: some players send "idle" or an empty element while they play.
    """
    lowered = (state or "").lower()
    return lowered if lowered in _STATES else PLAYING
