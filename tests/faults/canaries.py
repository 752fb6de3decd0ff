"""Words that nobody may ever find, and the few places where names of viewers may stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.integration.events import PLAYBACK
from tests.integration.following import NOW_PLAYING
from tests.simulator.server import DEFAULT_MACHINE_IDENTIFIER
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER, OWNER_EMAIL, Player, User

from .recovery import STREAMS

ADDRESS: Final = "198.51.100.201"
HOME: Final = "127.0.0.1"
TYPED_TOKEN: Final = "canary-typed-token"
FOLLOWED: Final = User(id=JUNIPER.id, name="osprey@canary.example")
UNFOLLOWED: Final = User(id=KESTREL.id, name="heron")
WATCHES_ON: Final = {
    user: Player(
        title=title,
        product="Plex for Android (TV)",
        platform="Android",
        device="Android TV box",
        version="10.18.0.4230",
        address=ADDRESS,
    )
    for user, title in ((FOLLOWED, "Boathouse"), (UNFOLLOWED, "Attic"))
}

SECRETS: Final = (
    # Every token of the tests has it, and the e-mail address of the viewer who is followed.
    "canary",
    OWNER_EMAIL,
    "mail.example",
    # What a server tells of its own account, and of where an update is to be had.
    "simulated-account-token",
    "simulated-download-token",
    "x-plex-token=",
    HOME,
    f"{HOME}:",
    HOME.replace(".", "-"),
    # Networks that are set aside for documentation, in which all others live.
    "192.0.2.",
    "198.51.100.",
    "198-51-100-",
    "203.0.113.",
)

NOBODY: Final[frozenset[str]] = frozenset()
FOLLOWED_NAME: Final = "osprey"
_FOLLOWED_ALONE: Final = frozenset({FOLLOWED_NAME})
NAMES: Final = frozenset({FOLLOWED_NAME, UNFOLLOWED.name, OWNER.name})
FOLLOWED_SENSOR: Final = NOW_PLAYING.format(FOLLOWED_NAME)
FOLLOWED_PICTURE: Final = f"image.harbour_{FOLLOWED_NAME}_now_playing"
SHOWN: Final[Mapping[str, frozenset[str]]] = {
    STREAMS: NAMES,
    PLAYBACK: NAMES,
    FOLLOWED_SENSOR: _FOLLOWED_ALONE,
    FOLLOWED_PICTURE: _FOLLOWED_ALONE,
}
"""Entities that are there to show viewers, and whom; who is followed is so by name."""

_FOLLOWED_DEVICE: Final = f"{DEFAULT_MACHINE_IDENTIFIER}_{FOLLOWED.id}"


@dataclass(frozen=True, slots=True)
class Text:
    """Something that somebody may read, and the words that may stand there all the same."""

    text: str
    allowed: frozenset[str] = NOBODY


def names_in(record: Mapping[str, Any]) -> frozenset[str]:
    """Return the names that may stand in an event, or in what is stored of one thing."""
    match record:
        case {"identifiers": [*identifiers]} if _FOLLOWED_DEVICE in str(identifiers):
            return _FOLLOWED_ALONE
        # A state, its change, and what is kept of it to be restored.
        case (
            {"entity_id": str(entity_id), "attributes": _}
            | {"entity_id": str(entity_id), "new_state": _}
            | {"state": {"entity_id": str(entity_id)}}
        ):
            return SHOWN.get(entity_id, NOBODY)
        case {"entity_id": str(entity_id)} if FOLLOWED_NAME in entity_id:
            return SHOWN.get(entity_id, NOBODY)
    return NOBODY


def assert_clean(texts: Iterable[Text]) -> None:
    """Hold that nothing secret is in any text, and names only where they may be."""
    forbidden = frozenset({*SECRETS, *NAMES})
    for text in texts:
        lowered = text.text.lower()
        for word in forbidden - text.allowed:
            at = lowered.find(word)
            assert at < 0, (word, text.text[max(0, at - 500) : at + 500])
