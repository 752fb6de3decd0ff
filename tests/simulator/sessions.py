"""The playing sessions of a server: start, state changes, end, with their notifications."""

from collections.abc import Callable

from .library import Item, Kind, Library
from .non_library_items import live_tv_program, preroll
from .session import UNLIMITED_BANDWIDTH, Change, Location, Method, Session, State, View
from .users_and_players import LIVING_ROOM, OWNER, Player, User


class Sessions:
    """The sessions of a server in the order they started."""

    def __init__(self, clock: Callable[[], float], library: Library) -> None:
        """Start without a session; on_change gets each change and its Unix time."""
        self._clock = clock
        self._library = library
        self._next_key = 1
        self._by_key: dict[str, Session] = {}
        self._late_reads = 0
        self.history: list[View] = []
        self.on_change: Callable[[Change, Session, float], None] | None = None

    def __len__(self) -> int:
        """Return the number of current sessions, paused ones included."""
        return len(self.current())

    def current(self) -> list[Session]:
        """Return the current sessions, without those whose item has ended."""
        self.advance(self._clock())
        return list(self._by_key.values())

    def listed(self) -> list[Session]:
        """Return the sessions that one read of /status/sessions lists."""
        found: list[Session] = []
        for session in self.current():
            if session.late_reads:
                session.late_reads -= 1
            else:
                found.append(session)
        return found

    def list_late(self, reads: int) -> None:
        """Omit sessions that start from now on from this many reads; 0 ends this."""
        self._late_reads = reads

    def get(self, session_key: str) -> Session | None:
        """Return a current session by its sessionKey."""
        return self._by_key.get(session_key)

    def by_id(self, session_id: str) -> Session | None:
        """Return a current session by its Session id, which terminate uses."""
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
        """Start playing; photos and with_session=False have no Session element.

        bandwidth is in kbit/s (default: the file's), offset in milliseconds; copy_video
        transcodes only the audio.
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
            self._notify(Change.TRANSCODE_STARTED, session, now)
        self._notify(Change.PLAYING, session, now)
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
        """Resume at the current position."""
        self._move(session, "playing", at)

    def buffer(self, session: Session, *, at: float | None = None) -> None:
        """Set the state to buffering."""
        self._move(session, "buffering", at)

    def seek(self, session: Session, offset: int) -> None:
        """Jump to an offset in milliseconds."""
        session.offset = offset
        session.since = self._clock()
        self._notify(Change.PLAYING, session, session.since)

    def next_item(self, session: Session, item: Item) -> None:
        """Play the next item of the play queue under the same sessionKey.

        For a player with a new sessionKey for each item, call stop() and start().
        """
        now = self._clock()
        if session.has_transcoder:
            self._notify(Change.TRANSCODE_ENDED, session, now)
        self._record_view(session, now)
        session.item = item
        session.play_queue_item_id += 1
        session.offset = 0
        session.since = now
        session.state = "playing"
        if session.has_transcoder:
            self._notify(Change.TRANSCODE_STARTED, session, now)
        else:
            session.bandwidth = _own_bandwidth(item)
        self._notify(Change.PLAYING, session, now)

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
        """Continue with another play method; bandwidth in kbit/s stays unless given."""
        now = self._clock()
        had_transcoder = session.has_transcoder
        if had_transcoder and method == "direct_play":
            self._notify(Change.TRANSCODE_ENDED, session, now)
        session.method = method
        session.hardware = hardware
        session.copy_video = copy_video
        session.throttled = throttled
        if bandwidth is not None:
            session.bandwidth = bandwidth
        if session.has_transcoder:
            change = Change.TRANSCODE_UPDATED if had_transcoder else Change.TRANSCODE_STARTED
            self._notify(change, session, now)
        self._notify(Change.PLAYING, session, now)

    def stop(self, session: Session, *, at: float | None = None) -> None:
        """End a session; a session that has ended already is ignored."""
        if not self._has(session):
            return
        now = self._clock() if at is None else at
        self._record_view(session, now)
        self._notify(Change.STOPPED, session, now)
        if session.has_transcoder:
            self._notify(Change.TRANSCODE_ENDED, session, now)
        del self._by_key[session.session_key]

    def tick(self) -> None:
        """Notify the position of each session, as a server does about every 10 seconds."""
        for session in self.current():
            self._notify(Change.PLAYING, session, self._clock())
            if session.has_transcoder:
                self._notify(Change.TRANSCODE_UPDATED, session, self._clock())

    def advance(self, now: float) -> None:
        """End the sessions whose item has ended."""
        for session in list(self._by_key.values()):
            ends_at = session.ends_at()
            if ends_at is not None and ends_at <= now:
                self.stop(session, at=ends_at)

    def clear(self) -> None:
        """Remove all sessions, as a restart does; session keys start at 1 again."""
        self._by_key.clear()
        self._next_key = 1

    def _move(self, session: Session, state: State, at: float | None) -> None:
        now = self._clock() if at is None else at
        session.offset = session.view_offset(now)
        session.since = now
        session.state = state
        self._notify(Change.PLAYING, session, now)

    def _record_view(self, session: Session, at: float) -> None:
        """Add a view to the history if the item belongs to a library."""
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
        # After a restart another session may have the same key.
        return self._by_key.get(session.session_key) is session

    def _notify(self, change: Change, session: Session, at: float) -> None:
        """Call on_change for a session that has not ended."""
        if self.on_change is not None and self._has(session):
            self.on_change(change, session, at)


def _own_bandwidth(item: Item) -> int:
    return item.media.bitrate if item.media else 0
