"""Playing sessions: they come, move and go, and whoever listens is told."""

from collections.abc import Callable

from .library import Item, Kind, Library
from .non_library_items import live_tv_program, preroll
from .session import UNLIMITED_BANDWIDTH, Change, Location, Method, Session, State, View
from .users_and_players import LIVING_ROOM, OWNER, Player, User


class Sessions:
    """The sessions of a server, in the order they started."""

    def __init__(self, clock: Callable[[], float], library: Library) -> None:
        """Start without a session; on_change hears what changed and at what Unix second."""
        self._clock = clock
        self._library = library
        self._next_key = 1
        self._by_key: dict[str, Session] = {}
        self._late_reads = 0
        self.history: list[View] = []
        self.on_change: Callable[[Change, Session, float], None] | None = None

    def __len__(self) -> int:
        """Return how many sessions play or pause now."""
        return len(self.current())

    def current(self) -> list[Session]:
        """Return the sessions of now; those whose item has ended are gone."""
        self.advance(self._clock())
        return list(self._by_key.values())

    def listed(self) -> list[Session]:
        """Return what one read of /status/sessions finds."""
        found: list[Session] = []
        for session in self.current():
            if session.late_reads:
                session.late_reads -= 1
            else:
                found.append(session)
        return found

    def list_late(self, reads: int) -> None:
        """Leave sessions that start from now on out of so many reads; 0 ends this."""
        self._late_reads = reads

    def get(self, session_key: str) -> Session | None:
        """Return a session of now by its sessionKey."""
        return self._by_key.get(session_key)

    def by_id(self, session_id: str) -> Session | None:
        """Return a session of now by its Session id, the one terminate takes."""
        return next((s for s in self._by_key.values() if s.session_id == session_id), None)

    def start(
        self,
        item: Item,
        *,
        user: User | None = OWNER,
        player: Player = LIVING_ROOM,
        method: Method = "direct_play",
        hardware: bool = False,
        copy_video: bool = False,
        throttled: bool = False,
        bandwidth: int | None = None,
        location: Location = "lan",
        with_session: bool = True,
        live: bool = False,
        state: State = "playing",
        offset: int = 0,
        at: float | None = None,
    ) -> Session:
        """Start playing; without a Session element when told, and for pictures always.

        bandwidth is in kbit/s (the file's own unless given), offset in milliseconds;
        copy_video transcodes the audio alone.
        """
        number = self._next_key
        self._next_key += 1
        now = self._clock() if at is None else at
        session = Session(
            session_key=str(number),
            item=item,
            user=user,
            player=player,
            method=method,
            hardware=hardware,
            copy_video=copy_video,
            throttled=throttled,
            bandwidth=_own_bandwidth(item) if bandwidth is None else bandwidth,
            location=location,
            session_id=player.machine_identifier
            if with_session and item.kind is not Kind.PHOTO
            else None,
            live=live,
            state=state,
            offset=offset,
            since=now,
            play_queue_id=number,
            play_queue_item_id=number * 100,
            late_reads=self._late_reads,
        )
        self._by_key[session.session_key] = session
        if session.has_transcoder:
            self._tell(Change.TRANSCODE_STARTED, session, now)
        self._tell(Change.PLAYING, session, now)
        return session

    def start_live_tv(
        self, title: str = "The Evening Tide Tables", *, user: User | None = OWNER
    ) -> Session:
        """Start live TV: library -4, no duration, codecs "*", unlimited bandwidth."""
        return self.start(
            live_tv_program(title, self._clock()),
            user=user,
            method="direct_stream",
            bandwidth=UNLIMITED_BANDWIDTH,
            live=True,
        )

    def start_preroll(self, *, user: User | None = OWNER) -> Session:
        """Start a preroll: a clip of library -2."""
        return self.start(preroll("Lights down", self._clock()), user=user)

    def pause(self, session: Session, *, at: float | None = None) -> None:
        """Pause; the session stays listed."""
        self._move(session, "paused", at)

    def resume(self, session: Session, *, at: float | None = None) -> None:
        """Play on from where it stands."""
        self._move(session, "playing", at)

    def buffer(self, session: Session, *, at: float | None = None) -> None:
        """Wait for data."""
        self._move(session, "buffering", at)

    def seek(self, session: Session, offset: int) -> None:
        """Jump to an offset in milliseconds."""
        session.offset = offset
        session.since = self._clock()
        self._tell(Change.PLAYING, session, session.since)

    def next_item(self, session: Session, item: Item) -> None:
        """Go on in the play queue under the same sessionKey.

        A player that takes a new sessionKey for each item is one stop() and one start().
        """
        now = self._clock()
        if session.has_transcoder:
            self._tell(Change.TRANSCODE_ENDED, session, now)
        self._remember(session, now)
        session.item = item
        session.play_queue_item_id += 1
        session.offset = 0
        session.since = now
        session.state = "playing"
        if session.has_transcoder:
            self._tell(Change.TRANSCODE_STARTED, session, now)
        else:
            session.bandwidth = _own_bandwidth(item)
        self._tell(Change.PLAYING, session, now)

    def change_method(
        self,
        session: Session,
        method: Method,
        *,
        hardware: bool = False,
        copy_video: bool = False,
        throttled: bool = False,
        bandwidth: int | None = None,
    ) -> None:
        """Play on by another method; bandwidth in kbit/s stays unless given."""
        now = self._clock()
        had_transcoder = session.has_transcoder
        if had_transcoder and method == "direct_play":
            self._tell(Change.TRANSCODE_ENDED, session, now)
        session.method = method
        session.hardware = hardware
        session.copy_video = copy_video
        session.throttled = throttled
        if bandwidth is not None:
            session.bandwidth = bandwidth
        if session.has_transcoder:
            change = Change.TRANSCODE_UPDATED if had_transcoder else Change.TRANSCODE_STARTED
            self._tell(change, session, now)
        self._tell(Change.PLAYING, session, now)

    def stop(self, session: Session, *, at: float | None = None) -> None:
        """End a session; one that is gone already is left alone."""
        if not self._has(session):
            return
        now = self._clock() if at is None else at
        self._remember(session, now)
        self._tell(Change.STOPPED, session, now)
        if session.has_transcoder:
            self._tell(Change.TRANSCODE_ENDED, session, now)
        del self._by_key[session.session_key]

    def tick(self) -> None:
        """Tell where each session stands, as a server does about every 10 seconds."""
        for session in self.current():
            self._tell(Change.PLAYING, session, self._clock())
            if session.has_transcoder:
                self._tell(Change.TRANSCODE_UPDATED, session, self._clock())

    def advance(self, now: float) -> None:
        """End the sessions whose item has ended."""
        for session in list(self._by_key.values()):
            ends_at = session.ends_at()
            if ends_at is not None and ends_at <= now:
                self.stop(session, at=ends_at)

    def forget(self) -> None:
        """Lose all sessions, as a restart does; session keys start at 1 again."""
        self._by_key.clear()
        self._next_key = 1

    def _move(self, session: Session, state: State, at: float | None) -> None:
        now = self._clock() if at is None else at
        session.offset = session.view_offset(now)
        session.since = now
        session.state = state
        self._tell(Change.PLAYING, session, now)

    def _remember(self, session: Session, at: float) -> None:
        """Write the history; what stands in no library leaves no line."""
        if session.item.rating_key in self._library.items:
            self.history.append(
                View(
                    title=session.item.title,
                    item=session.item,
                    section_key=session.item.section.key,
                    account_id=session.user.id if session.user else OWNER.id,
                    viewed_at=int(at),
                )
            )

    def _has(self, session: Session) -> bool:
        # Another session may have its key after a restart.
        return self._by_key.get(session.session_key) is session

    def _tell(self, change: Change, session: Session, at: float) -> None:
        """Tell whoever listens; a session that is gone has nothing to tell."""
        if self.on_change is not None and self._has(session):
            self.on_change(change, session, at)


def _own_bandwidth(item: Item) -> int:
    return item.media.bitrate if item.media else 0
