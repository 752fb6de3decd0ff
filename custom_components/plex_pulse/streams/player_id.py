"""Identifiers of players that reveal nothing about the app or the device."""

from functools import lru_cache
from hashlib import sha256
from typing import Final

from ..api import Session

_LENGTH: Final = 16
"""Hexadecimal digits: 64 bits, more than enough for the players of a home."""


def player_id(session: Session, machine_identifier: str) -> str | None:
    """Return a stable identifier of the player of a session, None if the app sends none.

    It is a hash, because the identifier of an app can be used to control it. It includes the
    server's identifier, so that a player has another one on each server.
    """
    player = session.player.machine_identifier
    return _hash(machine_identifier, player) if player is not None else None


@lru_cache(maxsize=1024)
def _hash(machine_identifier: str, player: str) -> str:
    """Return the hash of the two identifiers."""
    return sha256(f"{machine_identifier}\n{player}".encode()).hexdigest()[:_LENGTH]
