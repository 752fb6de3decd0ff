"""The planted secrets, the users' names, and the only outputs in which a name may appear.

Tokens and addresses are unique words, so that any text of a test can be searched for them.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tests.entity_ids import PLAYBACK, STREAMS, USER_NOW_PLAYING, USER_NOW_PLAYING_IMAGE
from tests.simulator.server import DEFAULT_MACHINE_IDENTIFIER
from tests.simulator.users_and_players import JUNIPER, KESTREL, OWNER, OWNER_EMAIL, Player, User

# Of the API client's tests: the server token, and the account's e-mail address.
TOKEN: Final = "canary-token-7Qw3xZ91"
EMAIL: Final = "canary.viewer@mail.example"

# Of the tests with Home Assistant.
PLAYER_ADDRESS: Final = "198.51.100.201"
LOOPBACK: Final = "127.0.0.1"
TYPED_TOKEN: Final = "canary-typed-token"
FOLLOWED_USER: Final = User(id=JUNIPER.id, name="osprey@canary.example")
OTHER_USER: Final = User(id=KESTREL.id, name="heron")
PLAYERS: Final = {
    user: Player(
        title=title,
        product="Plex for Android (TV)",
        platform="Android",
        device="Android TV box",
        version="10.18.0.4230",
        address=PLAYER_ADDRESS,
    )
    for user, title in ((FOLLOWED_USER, "Boathouse"), (OTHER_USER, "Attic"))
}

SECRETS: Final = (
    # Part of every token in the tests, and of the e-mail address of the followed user.
    "canary",
    OWNER_EMAIL,
    "mail.example",
    # In responses about the server's account and the download URL of an update.
    "simulated-account-token",
    "simulated-download-token",
    "x-plex-token=",
    LOOPBACK,
    f"{LOOPBACK}:",
    LOOPBACK.replace(".", "-"),
    # Networks reserved for documentation; all other addresses of the tests are in them.
    "192.0.2.",
    "198.51.100.",
    "198-51-100-",
    "203.0.113.",
)

NO_NAMES: Final[frozenset[str]] = frozenset()
FOLLOWED_NAME: Final = "osprey"
_ONLY_FOLLOWED: Final = frozenset({FOLLOWED_NAME})
USER_NAMES: Final = frozenset({FOLLOWED_NAME, OTHER_USER.name, OWNER.name})
FOLLOWED_SENSOR: Final = USER_NOW_PLAYING.format(FOLLOWED_NAME)
FOLLOWED_PICTURE: Final = USER_NOW_PLAYING_IMAGE.format(FOLLOWED_NAME)
NAMES_BY_ENTITY: Final[Mapping[str, frozenset[str]]] = {
    STREAMS: USER_NAMES,
    PLAYBACK: USER_NAMES,
    FOLLOWED_SENSOR: _ONLY_FOLLOWED,
    FOLLOWED_PICTURE: _ONLY_FOLLOWED,
}
"""Entities that show users, and which names each may contain."""

_FOLLOWED_DEVICE: Final = f"{DEFAULT_MACHINE_IDENTIFIER}_{FOLLOWED_USER.id}"


@dataclass(frozen=True, slots=True)
class OutputText:
    """A text that a user or another program can read, and the secrets allowed in it."""

    text: str
    allowed: frozenset[str] = NO_NAMES


def allowed_names(record: Mapping[str, Any]) -> frozenset[str]:
    """Return the names allowed in an event, or in one stored record."""
    match record:
        case {"identifiers": [*identifiers]} if _FOLLOWED_DEVICE in str(identifiers):
            return _ONLY_FOLLOWED
        # A state, a state change, and a state stored for restoring.
        case (
            {"entity_id": str(entity_id), "attributes": _}
            | {"entity_id": str(entity_id), "new_state": _}
            | {"state": {"entity_id": str(entity_id)}}
        ):
            default = _ONLY_FOLLOWED if FOLLOWED_NAME in entity_id else NO_NAMES
            return NAMES_BY_ENTITY.get(entity_id, default)
        # A stream that is kept over a restart; its end is reported with its viewer.
        case {"key": [*_], "playback": _}:
            return USER_NAMES
        # The device of a followed user takes over the user's name.
        case {"action": "update", "changes": {"name": str(name)}} if name.endswith(FOLLOWED_NAME):
            return _ONLY_FOLLOWED
        case {"entity_id": str(entity_id)} if FOLLOWED_NAME in entity_id:
            return NAMES_BY_ENTITY.get(entity_id, _ONLY_FOLLOWED)
    return NO_NAMES


def assert_no_leak(texts: Iterable[OutputText]) -> None:
    """Assert that no text contains a secret, and names appear only where allowed."""
    forbidden = frozenset({*SECRETS, *USER_NAMES})
    for text in texts:
        lowered = text.text.lower()
        for word in forbidden - text.allowed:
            at = lowered.find(word)
            assert at < 0, (word, text.text[max(0, at - 500) : at + 500])
