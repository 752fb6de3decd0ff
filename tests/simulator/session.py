"""A playback session; its position follows from the clock."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal, TypedDict

from .library import Item, Kind
from .users_and_players import LIVING_ROOM, OWNER, Player, User

type Method = Literal["direct_play", "direct_stream", "transcode"]
type Location = Literal["lan", "wan", "cellular"]
type State = Literal["playing", "paused", "buffering"]
type SubtitleDelivery = Literal["burn", "copy", "transcode", "sidecar"]

# The bandwidth that a server reports for an unlimited stream: 10 Gbit/s.
UNLIMITED_BANDWIDTH = 10_000_000
TRANSCODER_START_SECONDS = 3.0
"""Until then Plex does not know the hardware (seen on 1.43.3, 2026)."""


class Change(Enum):
    """Notified changes of a session."""

    PLAYING = auto()
    STOPPED = auto()
    TRANSCODE_STARTED = auto()
    TRANSCODE_UPDATED = auto()
    TRANSCODE_ENDED = auto()


class StopReport(Enum):
    """How the end of a session is notified; all but NORMAL and NUMBERS are public bug reports."""

    NORMAL = auto()
    NUMBERS = auto()
    """sessionKey and ratingKey are numbers, as from old servers."""
    WITHOUT_IDENTIFIERS = auto()
    """Neither session nor item (PlexKodiConnect #504)."""
    ITEM_ONLY = auto()
    """No sessionKey, as for tokens of shared users."""
    OTHER_KEY = auto()
    """Under a sessionKey that no session has."""
    NONE = auto()
    """The session is dropped without a notification (Tautulli #1221, Plezy #2275)."""


class SessionOptions(TypedDict, total=False):
    """What a session is started with; see the fields of Session."""

    user: User | None
    player: Player
    method: Method
    hardware: bool
    copy_video: bool
    throttled: bool
    location: Location
    live: bool
    state: State
    offset: int
    subtitle: SubtitleDelivery | None
    transcoding_for: float
    has_decisions: bool
    has_transcode_session: bool | None
    is_listed: bool
    is_listed_twice: bool
    listed_after: float


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    """A playback session; bandwidth in kbit/s, offset in milliseconds at the time `since`.

    late_reads is the number of reads of /status/sessions that still omit it, and listed_after
    the number of seconds from its start for which they do. transcoding_for is
    how many seconds the transcoder had run at the start. has_decisions lists the `decision` of
    Part and Stream. has_transcode_session: None is the usual, one unless it is a direct play;
    servers list one for a direct play too if the app asked for a decision, and none for some
    transcodes. copy_video transcodes only the audio.
    """

    session_key: str
    item: Item
    bandwidth: int
    session_id: str | None
    since: float
    play_queue_id: int
    play_queue_item_id: int
    late_reads: int
    transcoder_since: float
    started_at: float
    user: User | None = OWNER
    player: Player = LIVING_ROOM
    method: Method = "direct_play"
    hardware: bool = False
    copy_video: bool = False
    throttled: bool = False
    location: Location = "lan"
    live: bool = False
    state: State = "playing"
    offset: int = 0
    subtitle: SubtitleDelivery | None = None
    transcoding_for: float = 0.0
    has_decisions: bool = True
    has_transcode_session: bool | None = None
    is_listed: bool = True
    is_listed_twice: bool = False
    listed_after: float = 0.0
    stop_report: StopReport = StopReport.NORMAL

    @property
    def has_transcoder(self) -> bool:
        """Whether it has a TranscodeSession, which one that only copies has too."""
        if self.has_transcode_session is None:
            return self.method != "direct_play"
        return self.has_transcode_session

    def transcoder_runs(self, now: float) -> bool:
        """Whether the transcoder has started to produce output."""
        return now - self.transcoder_since + self.transcoding_for >= TRANSCODER_START_SECONDS

    def view_offset(self, now: float) -> int:
        """Return the position in milliseconds; photos stay at 0."""
        if self.item.kind is Kind.PHOTO:
            return 0
        moved = (now - self.since) * 1000 if self.state == "playing" else 0.0
        offset = self.offset + int(moved)
        return offset if self.item.duration is None else min(offset, self.item.duration)

    def ends_at(self) -> float | None:
        """Return when the item ends at normal speed, or None while it does not play."""
        if self.state != "playing" or self.item.duration is None:
            return None
        return self.since + (self.item.duration - self.offset) / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A row of the history; item is None if it was deleted from the library."""

    title: str
    item: Item | None
    section_key: int
    account_id: int
    viewed_at: int
