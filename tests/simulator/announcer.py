"""Publish changes of sessions and library over the websocket."""

from .library import Library
from .notifications import Notification, item_created, item_deleted, playing, transcode
from .session import Change, Session, StopReport
from .sessions import Sessions
from .websocket import Push


def announce(push: Push, sessions: Sessions, library: Library) -> None:
    """Publish changes of sessions and library from now on."""

    def session_changed(change: Change, session: Session, at: float) -> None:
        if change is not Change.STOPPED or session.stop_report is not StopReport.NONE:
            push.publish(_of_session(change, session, at, push))

    sessions.on_change = session_changed
    library.on_add = lambda item: push.publish(*item_created(item))
    library.on_remove = lambda item: push.publish(item_deleted(item))


def _of_session(change: Change, session: Session, at: float, push: Push) -> Notification:
    match change:
        case Change.PLAYING:
            return playing(session, at, session.state, push.without_transcode)
        case Change.STOPPED:
            return playing(session, at, "stopped", push.without_transcode, session.stop_report)
        case Change.TRANSCODE_STARTED:
            return transcode(session, at, "start")
        case Change.TRANSCODE_UPDATED:
            return transcode(session, at, "update")
        case Change.TRANSCODE_ENDED:
            return transcode(session, at, "end")
