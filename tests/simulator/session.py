"""A playback session; its position follows from the clock."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from .library import Item, Kind
from .users_and_players import Player, User

type Method = Literal["direct_play", "direct_stream", "transcode"]
type Location = Literal["lan", "wan", "cellular"]
type State = Literal["playing", "paused", "buffering"]

# The bandwidth that a server reports for an unlimited stream: 10 Gbit/s.
UNLIMITED_BANDWIDTH = 10_000_000


class Change(Enum):
    """Notified changes of a session."""

    PLAYING = auto()
    STOPPED = auto()
    TRANSCODE_STARTED = auto()
    TRANSCODE_UPDATED = auto()
    TRANSCODE_ENDED = auto()


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    """A playback session; bandwidth in kbit/s, offset in milliseconds at the time `since`.

    late_reads is the number of reads of /status/sessions that still omit it.
    """

    session_key: str
    item: Item
    user: User | None
    player: Player
    method: Method
    hardware: bool
    copy_video: bool
    throttled: bool
    bandwidth: int
    location: Location
    session_id: str | None
    live: bool
    state: State
    offset: int
    since: float
    play_queue_id: int
    play_queue_item_id: int
    late_reads: int

    @property
    def has_transcoder(self) -> bool:
        """Whether it has a TranscodeSession, which one that only copies has too."""
        return self.method != "direct_play"

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
