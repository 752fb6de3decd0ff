"""The evening scenario: viewers who start, pause and stop streams on a fixed schedule."""

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
class _Viewer:
    """One viewer and how they watch; the spans are minimum and maximum seconds."""

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
    pause: tuple[int, int] = (_MINUTE, 3 * _MINUTE)
    gap: tuple[int, int] = (20, 2 * _MINUTE)
    begins_paused: bool = False


_EVENING = (
    _Viewer(
        name="sofa",
        user=OWNER,
        player=LIVING_ROOM,
        section="Movies",
        kind=Kind.MOVIE,
        uhd=True,
        watch=(15 * _MINUTE, 40 * _MINUTE),
    ),
    _Viewer(
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
    _Viewer(
        name="desk",
        user=KESTREL,
        player=BROWSER,
        section="TV Shows",
        kind=Kind.EPISODE,
        method="direct_stream",
    ),
    _Viewer(
        name="headphones",
        user=TANSY,
        player=HEADPHONES,
        section="Music",
        kind=Kind.TRACK,
        with_session=False,
        pause=(0, 0),
        gap=(2, 5),
    ),
    _Viewer(
        name="bed",
        user=OWNER,
        player=BEDROOM,
        section="Movies",
        kind=Kind.MOVIE,
        begins_paused=True,
        pause=(8 * _MINUTE, 20 * _MINUTE),
    ),
    _Viewer(
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
    START = auto()
    PAUSE = auto()
    RESUME = auto()
    STOP = auto()


@dataclass(slots=True, kw_only=True)
class _Viewing:
    """State of a viewer: the number of streams so far and the current one."""

    viewer: _Viewer
    number: int = 0
    session: Session | None = None


def _between(span: tuple[int, int], *parts: object) -> int:
    """Choose a value in a span by a hash of the parts, so that every run is the same."""
    low, high = span
    return low + zlib.crc32(repr(parts).encode()) % (high - low + 1)


class Evening:
    """An endless evening: steps run in the order of their time."""

    def __init__(self, library: Library, sessions: Sessions) -> None:
        """Prepare the evening; begin() starts it."""
        self._library = library
        self._sessions = sessions
        self._viewings = tuple(_Viewing(viewer=viewer) for viewer in _EVENING)
        self._items = {viewer.name: _items_of(library, viewer) for viewer in _EVENING}
        self._agenda: list[tuple[float, int, int]] = []

    def begin(self, now: float) -> None:
        """Start all viewers in the middle of an item."""
        self._agenda.clear()
        for number, viewing in enumerate(self._viewings):
            viewing.number = 0
            viewing.session = None
            self._plan(now, number, _Step.START)
        self.advance(now)

    def advance(self, now: float) -> None:
        """Run every step that is due, however long the last call is ago."""
        while self._agenda and self._agenda[0][0] <= now:
            at, number, step = heapq.heappop(self._agenda)
            self._sessions.advance(at)
            self._run_step(at, number, _Step(step))
        self._sessions.advance(now)

    def _plan(self, at: float, number: int, step: _Step) -> None:
        heapq.heappush(self._agenda, (at, number, step.value))

    def _run_step(self, at: float, number: int, step: _Step) -> None:
        viewing = self._viewings[number]
        viewer, session = viewing.viewer, viewing.session
        match step:
            case _Step.START:
                self._start(at, number, viewing)
            case _Step.PAUSE if session is not None:
                self._sessions.pause(session, at=at)
            case _Step.RESUME if session is not None:
                self._sessions.resume(session, at=at)
            case _Step.STOP:
                if session is not None:
                    self._sessions.stop(session, at=at)
                viewing.session = None
                gap = _between(viewer.gap, viewer.name, viewing.number, "gap")
                self._plan(at + gap, number, _Step.START)

    def _start(self, at: float, number: int, viewing: _Viewing) -> None:
        viewer, turn = viewing.viewer, viewing.number
        item = self._choose(viewer, turn)
        if item is None:
            return
        duration = (item.duration or 0) // 1000
        # The first streams begin in the middle of an item, later ones at its start.
        offset = duration * _between((15, 55), viewer.name, "offset") // 100 if turn == 0 else 0
        paused = viewer.begins_paused and turn == 0
        viewing.session = self._sessions.start(
            item,
            user=viewer.user,
            player=viewer.player,
            method=viewer.method,
            hardware=viewer.hardware,
            copy_video=viewer.copy_video,
            bandwidth=viewer.bandwidth,
            location=viewer.location,
            with_session=viewer.with_session,
            state="paused" if paused else "playing",
            offset=offset * 1000,
            transcoding_for=offset,
            at=at,
        )
        viewing.number += 1
        watch = _between(viewer.watch, viewer.name, turn, "watch")
        pause = _between(viewer.pause, viewer.name, turn, "rest")
        pause_at = at if paused else at + watch * 2 // 3
        left = duration - offset
        stop_at = at + min(watch, left) + pause
        if pause_at + pause < stop_at:
            self._plan(pause_at, number, _Step.PAUSE)
            self._plan(pause_at + pause, number, _Step.RESUME)
        self._plan(stop_at, number, _Step.STOP)

    def _choose(self, viewer: _Viewer, turn: int) -> Item | None:
        """Choose the next item; its library may have been renamed or removed meanwhile."""
        items = [
            item for item in self._items[viewer.name] if item.rating_key in self._library.items
        ]
        return items[(zlib.crc32(viewer.name.encode()) + turn * 7) % len(items)] if items else None


def _items_of(library: Library, viewer: _Viewer) -> list[Item]:
    return [
        item
        for item in library.of_kind(viewer.kind, library.section_titled(viewer.section))
        if not viewer.uhd or (item.media is not None and item.media.hdr)
    ]
