"""The progress of transcodes, as push reports it between two reads of the sessions.

Progress and speed change with every report. They are kept apart from the sessions, so that
a report of them alone changes no data and writes no state.
"""

from typing import Final

from homeassistant.core import callback

from ..api import Session, TranscodeNotification, TranscodeSession

_MAX_TRANSCODES: Final = 500
_ENDED: Final = "end"


class LatestTranscodes:
    """The latest report of each transcode of one server."""

    def __init__(self) -> None:
        """Start without reports."""
        self._by_key: dict[str, TranscodeSession] = {}

    @callback
    def async_handle_transcode(self, notification: TranscodeNotification) -> None:
        """Store a report, and drop those of a transcode that has ended."""
        self._by_key.pop(notification.key, None)
        if notification.event == _ENDED:
            return
        self._by_key[notification.key] = notification.transcode
        if len(self._by_key) > _MAX_TRANSCODES:
            del self._by_key[next(iter(self._by_key))]

    @callback
    def async_push_changed(self, *, is_connected: bool) -> None:
        """Drop all reports: without push the reads are newer."""
        self._by_key.clear()

    def of(self, session: Session) -> TranscodeSession | None:
        """Return the latest state of the transcode of a session, None without one."""
        if session.transcode is None:
            return None
        return self._by_key.get(session.transcode.short_key or "", session.transcode)
