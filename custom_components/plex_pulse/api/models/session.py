"""Models of active sessions."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Self

from .coerce import JsonObject, boolean, child, non_negative_int, text
from .media import MediaItem
from .stream import SelectedMedia
from .transcode import TranscodeSession

_UNLIMITED_BANDWIDTH: Final = 10_000_000
"""kbit/s reserved for a stream whose bit rate is unknown (live TV); not a measurement."""
_THEME_MUSIC: Final = "library://"
"""Guid prefix of theme music played while browsing; not a real session."""


class PlayMethod(StrEnum):
    """How a stream is delivered, cheapest for the server first."""

    DIRECT_PLAY = "direct_play"
    DIRECT_STREAM = "direct_stream"
    """Repackaged; video and audio are copied."""
    TRANSCODE = "transcode"
    """Video or audio is transcoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """The account of a session."""

    id: str
    """The account's id on the server; "1" is the owner."""
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    """The app and device. Its network address is not parsed, on purpose."""

    machine_identifier: str | None
    title: str | None
    """The name of the device."""
    product: str | None
    """The name of the app."""
    platform: str | None
    state: str
    """playing, paused, buffering, or unknown if the server sends none."""
    is_local: bool | None
    """Whether it is in the server's network."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the player; no field is required."""
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
    """One active stream, as listed by `/status/sessions`."""

    session_key: str
    """Identifies the session; a player may have several. Numbered from the server's start."""
    session_id: str | None
    """The argument of `terminate`; the same for everything a client plays in a row."""
    item: MediaItem
    is_live: bool
    """Whether it is live TV."""
    user: User | None
    player: Player
    view_offset: int | None
    """Milliseconds."""
    bandwidth: int | None
    """kbit/s reserved; None if unlimited or not sent (photos, some music)."""
    location: str | None
    """lan, wan or cellular."""
    media: SelectedMedia
    transcode: TranscodeSession | None
    """None for direct play."""

    @property
    def method(self) -> PlayMethod:
        """Return the play method: transcode only if video or audio is transcoded."""
        if self.transcode is None:
            return PlayMethod.DIRECT_PLAY
        if self.transcode.is_transcoding:
            return PlayMethod.TRANSCODE
        return PlayMethod.DIRECT_STREAM

    @property
    def duration(self) -> int | None:
        """Return the milliseconds of the item; live TV has none, whatever its transcode says."""
        return None if self.is_live else self.item.duration or None

    @property
    def viewer(self) -> str:
        """Return the account's id, or the identifier of the player without an account."""
        if self.user is not None:
            return self.user.id
        return self.player.machine_identifier or self.session_key

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the session, None for theme music, and without a key."""
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
    """Return the account; without its element the player still has the id."""
    account = text(user, "id") or text(player, "userID")
    return None if account is None else User(id=account, name=text(user, "title"))
