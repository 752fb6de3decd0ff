"""One playback: its place in the item follows from the clock."""

from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

from .library import Item, Kind
from .users_and_players import Player, User

type Method = Literal["direct_play", "direct_stream", "transcode"]
type Location = Literal["lan", "wan", "cellular"]
type State = Literal["playing", "paused", "buffering"]

# What a server reports for a stream without a limit: 10 Gbit/s.
UNLIMITED_BANDWIDTH = 10_000_000


class Change(Enum):
    """What a server tells about a session."""

    PLAYING = auto()
    STOPPED = auto()
    TRANSCODE_STARTED = auto()
    TRANSCODE_UPDATED = auto()
    TRANSCODE_ENDED = auto()


@dataclass(eq=False, slots=True, kw_only=True)
class Session:
    """One playback; bandwidth in kbit/s, offset in milliseconds at the time `since`.

    late_reads is how many reads of /status/sessions it is still missing from.
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
        """Whether a TranscodeSession belongs to it; one that only copies counts."""
        return self.method != "direct_play"

    def view_offset(self, now: float) -> int:
        """Return the place in the item in milliseconds; pictures stay at 0."""
        if self.item.kind is Kind.PHOTO:
            return 0
        moved = (now - self.since) * 1000 if self.state == "playing" else 0.0
        offset = self.offset + int(moved)
        return offset if self.item.duration is None else min(offset, self.item.duration)

    def ends_at(self) -> float | None:
        """Return when the item ends if nobody interferes."""
        if self.state != "playing" or self.item.duration is None:
            return None
        return self.since + (self.item.duration - self.offset) / 1000


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A line of the history; item is None once it has been deleted from the library."""

    title: str
    item: Item | None
    section_key: int
    account_id: int
    viewed_at: int
