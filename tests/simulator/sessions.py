"""The playing sessions of a server: start, state changes, end, with their notifications."""

from typing import Unpack

from .library import Item, Kind
from .non_library_items import cloud_track, live_tv_program, preroll, trailer
from .session import (
    UNLIMITED_BANDWIDTH,
    Change,
    Method,
    Session,
    SessionOptions,
    State,
    StopReport,
)
from .session_registry import SessionRegistry
from .users_and_players import LIVING_ROOM, OWNER, User


class Sessions(SessionRegistry):
    """The sessions of a server in the order they started."""

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
            elif session.is_listed and not (
                0 <= self._clock() - session.started_at < session.listed_after
            ):
                found.extend([session] * (2 if session.is_listed_twice else 1))
        return found

    def start(
        self,
        item: Item,
        *,
        bandwidth: int | None = None,
        with_session: bool = True,
        session_id: str | None = None,
        at: float | None = None,
        **options: Unpack[SessionOptions],
    ) -> Session:
        """Start playing; photos and with_session=False have no Session element.

        bandwidth is in kbit/s (default: the file's), offset in milliseconds. The Session's id
        is the player's unless given; servers also list one id for two players.
        """
        number = self._next_key
        self._next_key += 1
        now = self._clock() if at is None else at
        player = options.get("player", LIVING_ROOM)
        has_session = with_session and item.kind is not Kind.PHOTO
        session = Session(
            session_key=str(number),
            item=item,
            bandwidth=_own_bandwidth(item) if bandwidth is None else bandwidth,
            session_id=(session_id or player.machine_identifier) if has_session else None,
            since=now,
            transcoder_since=now,
            started_at=now,
            play_queue_id=number,
            play_queue_item_id=number * 100,
            late_reads=self._late_reads,
            **options,
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

    def start_cloud_track(self, title: str = "Roses", *, user: User | None = OWNER) -> Session:
        """Start a track of a streaming service; it has no Session element."""
        track = cloud_track(title, self._clock())
        return self.start(track, user=user, with_session=False)

    def start_trailer(self, movie: Item, *, user: User | None = OWNER) -> Session:
        """Start a movie's trailer: a clip of the movie's library."""
        return self.start(trailer(f"{movie.title} (trailer)", movie, self._clock()), user=user)

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
        session.transcoder_since, session.transcoding_for = now, 0.0
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
        if not had_transcoder:
            session.transcoder_since, session.transcoding_for = now, 0.0
        session.hardware = hardware
        session.copy_video = copy_video
        session.throttled = throttled
        if bandwidth is not None:
            session.bandwidth = bandwidth
        if session.has_transcoder:
            change = Change.TRANSCODE_UPDATED if had_transcoder else Change.TRANSCODE_STARTED
            self._notify(change, session, now)
        self._notify(Change.PLAYING, session, now)

    def stop(
        self,
        session: Session,
        *,
        at: float | None = None,
        report: StopReport = StopReport.NORMAL,
    ) -> None:
        """End a session; a session that has ended already is ignored."""
        if not self._has(session):
            return
        now = self._clock() if at is None else at
        session.stop_report = report
        self._record_view(session, now)
        self._notify(Change.STOPPED, session, now)
        if session.has_transcoder and report is not StopReport.NONE:
            self._notify(Change.TRANSCODE_ENDED, session, now)
        del self._by_key[session.session_key]

    def change_key(self, session: Session) -> None:
        """Continue under another sessionKey, without an end of the former one."""
        del self._by_key[session.session_key]
        session.session_key = str(self._next_key)
        self._next_key += 1
        self._by_key[session.session_key] = session
        self._notify(Change.PLAYING, session, self._clock())

    def tick(self) -> None:
        """Notify the position of each session, as a server does about every 10 seconds."""
        for session in self.current():
            self._notify(Change.PLAYING, session, self._clock())
        self.tick_transcoders()

    def tick_transcoders(self) -> None:
        """Notify the progress of each transcoder, as a server does every 2 to 3 seconds."""
        for session in self.current():
            if session.has_transcoder:
                self._notify(Change.TRANSCODE_UPDATED, session, self._clock())

    def advance(self, now: float) -> None:
        """End the sessions whose item has ended."""
        for session in list(self._by_key.values()):
            ends_at = session.ends_at()
            if ends_at is not None and ends_at <= now:
                self.stop(session, at=ends_at)

    def _move(self, session: Session, state: State, at: float | None) -> None:
        now = self._clock() if at is None else at
        session.offset = session.view_offset(now)
        session.since = now
        session.state = state
        self._notify(Change.PLAYING, session, now)


def _own_bandwidth(item: Item) -> int:
    return item.media.bitrate if item.media else 0
