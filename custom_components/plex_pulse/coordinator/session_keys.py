"""The keys under which the server lists the session of each stream.

A server may list a session under a further key, or under another one after a change of the
quality, a reconnect of the app, or a restart. Its stream keeps its `stream_key`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..api import PlayingNotification, Session

_MAX_FORMER_KEYS: Final = 200
"""Former keys that are remembered; the oldest is dropped."""


class SessionKeys:
    """Maps the session keys of the server to the keys of the streams."""

    def __init__(self) -> None:
        """Start without sessions."""
        self.listed: Mapping[str, str] = {}
        """The key of the stream of every session key of the latest response."""
        self._former: dict[str, str] = {}
        self._items: dict[str, str | None] = {}

    def update(
        self, listed: Mapping[str, str], sessions: Iterable[Session], known: Iterable[Session]
    ) -> None:
        """Replace the mapping by that of the latest response, with its sessions.

        `known` are the sessions until now: a new stream may have the key of one that has ended,
        but not its former keys.
        """
        self._items = {session.stream_key: session.item.rating_key for session in sessions}
        continued = {session.stream_key for session in known} & self._items.keys()
        former = {**self._former, **self.listed}
        self._former = {
            key: stream
            for key, stream in list(former.items())[-_MAX_FORMER_KEYS:]
            if stream in continued and key not in listed
        }
        self.listed = listed

    def with_stream_key(self, notification: PlayingNotification) -> PlayingNotification:
        """Return a notification with the key of its stream in place of the session key.

        A former key counts if the item is that of the stream: a restarted server gives the
        same key to another session.
        """
        key = notification.session_key
        if key is None:
            return notification
        if (stream := self.listed.get(key)) is None:
            stream = self._former.get(key)
            if stream is not None and notification.rating_key not in {None, self._items[stream]}:
                stream = None
        if stream is None and key in self._items:
            stream = f"{key}~"
        return notification if stream in {None, key} else replace(notification, session_key=stream)

    def stream_key(self, session_key: str) -> str | None:
        """Return the key of the stream that is, or else was, listed under a session key."""
        return self.listed.get(session_key) or self._former.get(session_key)

    def is_only_key(self, session_key: str) -> bool:
        """Return whether the server lists a stream under this key, and under no other."""
        stream = self.listed.get(session_key)
        return stream is not None and self.listed_keys(stream) == (session_key,)

    def listed_keys(self, stream_key: str) -> tuple[str, ...]:
        """Return the keys under which the server lists a stream."""
        return tuple(listed for listed, key in self.listed.items() if key == stream_key)
