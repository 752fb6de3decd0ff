"""Sessions: who plays what, where and how."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from .coerce import JsonObject, boolean, child, non_negative_int, text
from .media import MediaItem
from .stream import SelectedMedia
from .transcode import TranscodeSession

_UNLIMITED_BANDWIDTH: Final = 10_000_000
"""kbit/s reserved for a stream without a known bit rate (live TV): not a measure."""
_THEME_MUSIC: Final = "library://"
"""Guid of the tune an app hums while a show is browsed; nobody listens to it."""


class PlayMethod(StrEnum):
    """What a stream costs the server."""

    DIRECT_PLAY = "direct_play"
    DIRECT_STREAM = "direct_stream"
    """Repackaged: every stream is copied."""
    TRANSCODE = "transcode"
    """Video or audio is converted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The account that plays. id: "1" is the owner; name may be missing."""

    id: str
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """The app and device that plays. Its network address is left where it was."""

    machine_identifier: str | None
    title: str | None
    product: str | None
    platform: str | None
    state: str
    is_local: bool | None

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the player; `state` is playing, paused or buffering."""
        return cls(
            machine_identifier=text(fields, "machineIdentifier"),
            title=text(fields, "title"),
            product=text(fields, "product"),
            platform=text(fields, "platform"),
            state=text(fields, "state") or "unknown",
            is_local=boolean(fields, "local"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One stream, as `/status/sessions` lists it.

    session_key: known by this, never by its player; starts again when the server does.
    session_id: what terminating takes; the same for all a client plays in a row.
    view_offset: milliseconds. bandwidth: kbit/s reserved, None when unlimited or not
    said (photos, some music). location: "lan", "wan" or "cellular".
    """

    session_key: str
    session_id: str | None
    item: MediaItem
    is_live: bool
    user: User | None
    player: Player
    view_offset: int | None
    bandwidth: int | None
    location: str | None
    media: SelectedMedia
    transcode: TranscodeSession | None

    @property
    def method(self) -> PlayMethod:
        """Return the play method, by what the conversion really touches."""
        if self.transcode is None:
            return PlayMethod.DIRECT_PLAY
        if self.transcode.is_transcoding:
            return PlayMethod.TRANSCODE
        return PlayMethod.DIRECT_STREAM

    @property
    def duration(self) -> int | None:
        """Return milliseconds; live TV has none, whatever its conversion claims."""
        return None if self.is_live else self.item.duration or None

    @property
    def viewer(self) -> str:
        """Return who watches: the account, or the player where none is named."""
        if self.user is not None:
            return self.user.id
        return self.player.machine_identifier or self.session_key

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the session, None for theme music and for one that has no key at all."""
        session = child(fields, "Session")
        session_id = text(session, "id")
        session_key = text(fields, "sessionKey") or session_id
        if session_key is None or (text(fields, "guid") or "").startswith(_THEME_MUSIC):
            return None
        player = child(fields, "Player")
        bandwidth = non_negative_int(session, "bandwidth")
        return cls(
            session_key=session_key,
            session_id=session_id,
            item=MediaItem.parse(fields),
            is_live=bool(boolean(fields, "live")),
            user=_user(child(fields, "User"), player),
            player=Player.parse(player),
            view_offset=non_negative_int(fields, "viewOffset"),
            bandwidth=None if bandwidth is None or bandwidth >= _UNLIMITED_BANDWIDTH else bandwidth,
            location=text(session, "location"),
            media=SelectedMedia.parse(fields),
            transcode=TranscodeSession.parse(child(fields, "TranscodeSession")),
        )


def _user(user: JsonObject, player: JsonObject) -> User | None:
    """Return the account; where the element is missing the player still has its id."""
    account = text(user, "id") or text(player, "userID")
    return None if account is None else User(id=account, name=text(user, "title"))
