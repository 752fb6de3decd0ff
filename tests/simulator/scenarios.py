"""What happens on a simulated evening: seats in which people watch, pause and leave."""

from dataclasses import dataclass
from enum import Enum, auto
import heapq
import zlib

from .library import Item, Kind, Library
from .session import Location, Method, Session
from .sessions import Sessions
from .users_and_players import (
    BEDROOM,
    BROWSER,
    HEADPHONES,
    HOLIDAY_TV,
    JUNIPER,
    KESTREL,
    LIVING_ROOM,
    OWNER,
    PHONE,
    TANSY,
    Player,
    User,
)

_MINUTE = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seat:
    """One place where somebody watches, and how; the spans are seconds, from and to."""

    name: str
    user: User
    player: Player
    section: str
    kind: Kind
    method: Method = "direct_play"
    hardware: bool = False
    copy_video: bool = False
    bandwidth: int | None = None
    location: Location = "lan"
    with_session: bool = True
    uhd: bool = False
    watch: tuple[int, int] = (6 * _MINUTE, 18 * _MINUTE)
    rest: tuple[int, int] = (_MINUTE, 3 * _MINUTE)
    gap: tuple[int, int] = (20, 2 * _MINUTE)
    begins_paused: bool = False


_EVENING = (
    _Seat(
        name="sofa",
        user=OWNER,
        player=LIVING_ROOM,
        section="Movies",
        kind=Kind.MOVIE,
        uhd=True,
        watch=(15 * _MINUTE, 40 * _MINUTE),
    ),
    _Seat(
        name="train",
        user=JUNIPER,
        player=PHONE,
        section="Movies",
        kind=Kind.MOVIE,
        method="transcode",
        hardware=True,
        bandwidth=3_900,
        location="wan",
    ),
    _Seat(
        name="desk",
        user=KESTREL,
        player=BROWSER,
        section="TV Shows",
        kind=Kind.EPISODE,
        method="direct_stream",
    ),
    _Seat(
        name="headphones",
        user=TANSY,
        player=HEADPHONES,
        section="Music",
        kind=Kind.TRACK,
        with_session=False,
        rest=(0, 0),
        gap=(2, 5),
    ),
    _Seat(
        name="bed",
        user=OWNER,
        player=BEDROOM,
        section="Movies",
        kind=Kind.MOVIE,
        begins_paused=True,
        rest=(8 * _MINUTE, 20 * _MINUTE),
    ),
    _Seat(
        name="cottage",
        user=KESTREL,
        player=HOLIDAY_TV,
        section="Kids Movies",
        kind=Kind.MOVIE,
        method="transcode",
        copy_video=True,
        bandwidth=8_200,
        location="wan",
        watch=(3 * _MINUTE, 10 * _MINUTE),
        gap=(2 * _MINUTE, 5 * _MINUTE),
    ),
)


class _Step(Enum):
    SIT = auto()
    PAUSE = auto()
    RESUME = auto()
    LEAVE = auto()


@dataclass(slots=True, kw_only=True)
class _Sitting:
    """A seat's life: how often it has been taken, and what runs in it now."""

    seat: _Seat
    number: int = 0
    session: Session | None = None


def _between(span: tuple[int, int], *parts: object) -> int:
    """Choose within a span by what it is chosen for, so that each evening runs alike."""
    low, high = span
    return low + zlib.crc32(repr(parts).encode()) % (high - low + 1)


class Evening:
    """A lively evening without end: steps are taken in the order of their time."""

    def __init__(self, library: Library, sessions: Sessions) -> None:
        """Stand by; begin() opens the evening."""
        self._library = library
        self._sessions = sessions
        self._sittings = tuple(_Sitting(seat=seat) for seat in _EVENING)
        self._shelves = {seat.name: _shelf(library, seat) for seat in _EVENING}
        self._agenda: list[tuple[float, int, int]] = []

    def begin(self, now: float) -> None:
        """Take all seats, in the middle of what is watched."""
        self._agenda.clear()
        for number, sitting in enumerate(self._sittings):
            sitting.number = 0
            sitting.session = None
            self._plan(now, number, _Step.SIT)
        self.advance(now)

    def advance(self, now: float) -> None:
        """Take every step whose time has come, however long nobody looked."""
        while self._agenda and self._agenda[0][0] <= now:
            at, number, step = heapq.heappop(self._agenda)
            self._sessions.advance(at)
            self._take(at, number, _Step(step))
        self._sessions.advance(now)

    def _plan(self, at: float, number: int, step: _Step) -> None:
        heapq.heappush(self._agenda, (at, number, step.value))

    def _take(self, at: float, number: int, step: _Step) -> None:
        sitting = self._sittings[number]
        seat, session = sitting.seat, sitting.session
        match step:
            case _Step.SIT:
                self._sit(at, number, sitting)
            case _Step.PAUSE if session is not None:
                self._sessions.pause(session, at=at)
            case _Step.RESUME if session is not None:
                self._sessions.resume(session, at=at)
            case _Step.LEAVE:
                if session is not None:
                    self._sessions.stop(session, at=at)
                sitting.session = None
                gap = _between(seat.gap, seat.name, sitting.number, "gap")
                self._plan(at + gap, number, _Step.SIT)

    def _sit(self, at: float, number: int, sitting: _Sitting) -> None:
        seat, turn = sitting.seat, sitting.number
        item = self._choose(seat, turn)
        if item is None:
            return
        duration = (item.duration or 0) // 1000
        # The evening is under way when it is first looked at; later viewings begin at the start.
        offset = duration * _between((15, 55), seat.name, "offset") // 100 if turn == 0 else 0
        paused = seat.begins_paused and turn == 0
        sitting.session = self._sessions.start(
            item,
            user=seat.user,
            player=seat.player,
            method=seat.method,
            hardware=seat.hardware,
            copy_video=seat.copy_video,
            bandwidth=seat.bandwidth,
            location=seat.location,
            with_session=seat.with_session,
            state="paused" if paused else "playing",
            offset=offset * 1000,
            at=at,
        )
        sitting.number += 1
        watch = _between(seat.watch, seat.name, turn, "watch")
        rest = _between(seat.rest, seat.name, turn, "rest")
        pause_at = at if paused else at + watch * 2 // 3
        left = duration - offset
        leave_at = at + min(watch, left) + rest
        if pause_at + rest < leave_at:
            self._plan(pause_at, number, _Step.PAUSE)
            self._plan(pause_at + rest, number, _Step.RESUME)
        self._plan(leave_at, number, _Step.LEAVE)

    def _choose(self, seat: _Seat, turn: int) -> Item | None:
        """Choose what is watched next; a library may have been renamed or removed meanwhile."""
        items = [
            item for item in self._shelves[seat.name] if item.rating_key in self._library.items
        ]
        return items[(zlib.crc32(seat.name.encode()) + turn * 7) % len(items)] if items else None


def _shelf(library: Library, seat: _Seat) -> list[Item]:
    return [
        item
        for item in library.of_kind(seat.kind, library.section_titled(seat.section))
        if not seat.uhd or (item.media is not None and item.media.hdr)
    ]
