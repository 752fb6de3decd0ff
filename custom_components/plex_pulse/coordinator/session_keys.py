"""The keys under which the server lists the session of each stream.

A server may list a session under a further key, or under another one after a reconnect of
the app. Its stream keeps the key that it had first.
"""

from collections.abc import Mapping
from dataclasses import replace

from ..api import PlayingNotification


class SessionKeys:
    """Maps every listed session key to the key of its stream."""

    def __init__(self) -> None:
        """Start without sessions."""
        self._stream_keys: Mapping[str, str] = {}

    def update(self, stream_keys: Mapping[str, str]) -> None:
        """Replace the mapping by that of the latest response."""
        self._stream_keys = stream_keys

    def with_stream_key(self, notification: PlayingNotification) -> PlayingNotification:
        """Return a notification under the key of the stream that it belongs to."""
        key = notification.session_key
        if key is None or self._stream_keys.get(key, key) == key:
            return notification
        return replace(notification, session_key=self._stream_keys[key])

    def listed_keys(self, session_key: str) -> tuple[str, ...]:
        """Return the keys under which the server lists a stream."""
        keys = tuple(listed for listed, key in self._stream_keys.items() if key == session_key)
        return keys or (session_key,)
