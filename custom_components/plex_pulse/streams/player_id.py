"""Identifiers of players that reveal nothing about the app or the device."""

from functools import lru_cache
from hashlib import sha256
from typing import Final

from ..api import Session

_LENGTH: Final = 16
"""Hexadecimal digits: 64 bits, more than enough for the players of a home."""


def player_id(session: Session, salt: str) -> str | None:
    """Return a stable identifier of the player of a session, None if the app sends none.

    It is a hash, because the identifier of an app can be used to control it. The salt is the
    machine identifier of the first server of the entry, so that a player has another
    identifier on each server, and keeps it when a reinstalled server is taken over.
    """
    player = session.player.machine_identifier
    return _hash(salt, player) if player is not None else None


@lru_cache(maxsize=1024)
def _hash(salt: str, player: str) -> str:
    """Return the hash of salt and identifier."""
    return sha256(f"{salt}\n{player}".encode()).hexdigest()[:_LENGTH]
