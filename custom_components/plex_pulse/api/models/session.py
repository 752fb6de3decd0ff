"""Models of active sessions."""

from enum import StrEnum
from typing import Final, Self

from ..record import Record
from .coerce import JsonObject, boolean, child, non_negative_int, short_text, text
from .image import is_server_path
from .media import MediaItem, parse_item
from .parse_cache import parse_cached
from .player_state import player_state
from .selected_media import UNLIMITED_BANDWIDTH, SelectedMedia
from .transcode import TranscodeSession, TranscodeSettings

_NOT_SIGNED_IN: Final = "0"
"""Account of apps that are not signed in, which the server allows in its own network."""
_DECISIONS: Final = frozenset({"copy", "directplay", "transcode"})
_PLAYER_KEYS: Final = (
    "machineIdentifier",
    "title",
    "product",
    "device",
    "platform",
    "state",
    "local",
    "relayed",
)
"""All fields that `Player.parse` reads."""
_USER_KEYS: Final = ("id", "title", "thumb")
"""All fields that `User.parse` reads."""
_CACHE_SIZE: Final = 512
_LOCATIONS: Final = frozenset({"lan", "wan", "cellular", "relay"})
_THEME_MUSIC: Final = "library://"
"""Guid prefix of theme music played while browsing; not a real session."""


class PlayMethod(StrEnum):
    """How a stream is delivered, cheapest for the server first."""

    DIRECT_PLAY = "direct_play"
    DIRECT_STREAM = "direct_stream"
    """Repackaged; video and audio are copied."""
    TRANSCODE = "transcode"
    """Video or audio is transcoded."""


class User(Record):
    """The account of a session."""

    id: str
    """The account's id on the server; "1" is the owner, "0" stands for not signed in."""
    name: str | None
    thumb: str | None
    """Path of the image; None unless it is stored on the server."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the user, None without an id."""
        if (account := text(fields, "id")) is None:
            return None
        thumb = text(fields, "thumb")
        is_stored = thumb is not None and is_server_path(thumb)
        return cls(id=account, name=short_text(fields, "title"), thumb=thumb if is_stored else None)


_parse_user = parse_cached(User.parse, _USER_KEYS, _CACHE_SIZE)


class Player(Record):
    """The app and device. Its network address is not parsed, on purpose."""

    machine_identifier: str | None
    title: str | None
    """The name of the device."""
    product: str | None
    """The name of the app."""
    device: str | None
    """The model of the device."""
    platform: str | None
    state: str
    """playing, paused or buffering; see `player_state`."""
    is_local: bool | None
    """Whether it is in the server's network."""
    is_relayed: bool
    """Whether it is connected through a relay of plex.tv."""

    @property
    def name(self) -> str | None:
        """Return the title, or the app or device of a player without one (LG, Sonos)."""
        return self.title or self.product or self.device or self.platform

    @classmethod
    def parse(cls, fields: JsonObject) -> Self:
        """Return the player; no field is required."""
        return cls(
            machine_identifier=text(fields, "machineIdentifier"),
            title=short_text(fields, "title"),
            product=short_text(fields, "product"),
            device=short_text(fields, "device"),
            platform=short_text(fields, "platform"),
            state=player_state(text(fields, "state")),
            is_local=boolean(fields, "local"),
            is_relayed=bool(boolean(fields, "relayed")),
        )


_parse_player = parse_cached(Player.parse, _PLAYER_KEYS, _CACHE_SIZE)


class Session(Record):
    """One active stream, as listed by `/status/sessions`."""

    session_key: str
    """Identifies the session; a player may have several. Numbered from the server's start."""
    stream_key: str
    """The session key that its stream had first; it stays if the server changes the key."""
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
    """kbit/s reserved, or the bit rate of the media if none or no limit is sent."""
    location: str | None
    """lan, wan, cellular or relay; by `Player.local` if none of these is sent."""
    media: SelectedMedia
    transcode: TranscodeSession | None
    """None for direct play."""

    @property
    def stream_id(self) -> tuple[str, ...]:
        """Return what identifies a stream also after a restart, which renumbers the sessions.

        An app keeps its `Session.id` while it runs, and several apps may have the same one.
        """
        player = self.player.machine_identifier
        if self.session_id is None or player is None:
            return (self.session_key,)
        return self.session_id, player

    @property
    def playback_id(self) -> tuple[str | None, ...]:
        """Return what identifies the playback of one item by one viewer in a stream."""
        return *self.stream_id, self.item.rating_key, self.viewer

    @property
    def transcode_settings(self) -> TranscodeSettings | None:
        """Return the settings of the transcode, None without one."""
        return self.transcode.settings if self.transcode is not None else None

    @property
    def video_decision(self) -> str | None:
        """Return directplay, copy or transcode; None without video or if not sent."""
        settings = self.transcode_settings
        decision = settings.video_decision if settings is not None else None
        return decision or self.media.video_decision

    @property
    def audio_decision(self) -> str | None:
        """Return directplay, copy or transcode; None without audio or if not sent."""
        settings = self.transcode_settings
        decision = settings.audio_decision if settings is not None else None
        return decision or self.media.audio_decision

    @property
    def subtitle_decision(self) -> str | None:
        """Return burn, copy or transcode; None without subtitles or if not sent."""
        settings = self.transcode_settings
        decision = settings.subtitle_decision if settings is not None else None
        return decision or self.media.subtitle_decision

    @property
    def method(self) -> PlayMethod | None:
        """Return the play method, None if the server says nothing about a converted format.

        The decisions on video and audio count, of the transcode or else of the streams:
        servers have been seen that list no transcode while they transcode, and that list
        one for a direct play because the app asked for a decision.
        """
        decisions = {self.video_decision, self.audio_decision} & _DECISIONS
        of_part = self.media.decision
        if "transcode" in decisions:
            return PlayMethod.TRANSCODE
        if of_part == "directplay" or decisions == {"directplay"}:
            return PlayMethod.DIRECT_PLAY
        if self.subtitle_decision == "burn":
            return PlayMethod.TRANSCODE
        if decisions or of_part is not None:
            # A part that is only repackaged is named a transcode as well.
            is_copy = "copy" in (decisions or {of_part})
            return PlayMethod.DIRECT_STREAM if is_copy else PlayMethod.TRANSCODE
        if self.transcode is not None:
            return PlayMethod.DIRECT_STREAM
        is_converted = self.is_live or self.media.protocol is not None
        return None if is_converted else PlayMethod.DIRECT_PLAY

    @property
    def uses_hardware(self) -> bool | None:
        """Return whether a hardware codec is in use; None for a transcode until it is known."""
        method = self.method
        if method in {PlayMethod.DIRECT_PLAY, PlayMethod.DIRECT_STREAM}:
            return False
        return self.transcode.uses_hardware if self.transcode is not None else None

    @property
    def duration(self) -> int | None:
        """Return the milliseconds of the item; live TV has none, whatever its transcode says."""
        return None if self.is_live else self.item.duration or None

    @property
    def viewer(self) -> str:
        """Return the account's id, or the identifier of the player without an account.

        All apps that are not signed in have the same account, or none.
        """
        if self.user is not None and self.user.id != _NOT_SIGNED_IN:
            return self.user.id
        return self.player.machine_identifier or self.stream_key

    def with_progress(self, view_offset: int | None, transcode: TranscodeSession | None) -> Self:
        """Return the session with another position and state of its transcode."""
        # In half the time of `replace`: called for each report of a position.
        return type(self)(
            session_key=self.session_key,
            stream_key=self.stream_key,
            session_id=self.session_id,
            item=self.item,
            is_live=self.is_live,
            user=self.user,
            player=self.player,
            view_offset=view_offset,
            bandwidth=self.bandwidth,
            location=self.location,
            media=self.media,
            transcode=transcode,
        )

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the session, None for theme music, and without a key."""
        session = child(fields, "Session")
        session_id = text(session, "id")
        session_key = text(fields, "sessionKey") or session_id
        item = parse_item(fields)
        if session_key is None or (item.guid or "").startswith(_THEME_MUSIC):
            return None
        player = _parse_player(player_fields := child(fields, "Player"))
        transcode = TranscodeSession.parse(child(fields, "TranscodeSession"))
        media = SelectedMedia.parse(
            fields,
            is_transcoded=transcode is not None
            and transcode.settings.video_decision == "transcode",
        )
        bandwidth = non_negative_int(session, "bandwidth")
        return cls(
            session_key=session_key,
            stream_key=session_key,
            session_id=session_id,
            item=item,
            is_live=bool(boolean(fields, "live")),
            user=_user(child(fields, "User"), player_fields),
            player=player,
            view_offset=non_negative_int(fields, "viewOffset"),
            bandwidth=media.format.bitrate
            if bandwidth is None or bandwidth >= UNLIMITED_BANDWIDTH
            else bandwidth,
            location=_location(text(session, "location"), player),
            media=media,
            transcode=transcode,
        )


def _user(user: JsonObject, player: JsonObject) -> User | None:
    """Return the account; without its element the player still has the id."""
    parsed = _parse_user(user)
    if parsed is None and (account := player.get("userID")) is not None:
        return _parse_user({**user, "id": account})
    return parsed


def _location(location: str | None, player: Player) -> str | None:
    """Return where the player is; a relayed stream counts as WAN for a server."""
    if player.is_relayed:
        return "relay"
    if location in _LOCATIONS:
        return location
    if player.is_local is None:
        return None
    return "lan" if player.is_local else "wan"
