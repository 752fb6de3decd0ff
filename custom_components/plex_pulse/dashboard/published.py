"""The streams of a server as the browsers know them, and the difference to the current ones."""

from collections.abc import Callable, Mapping
from typing import Final

from ..api import Session
from ..streams.latest_transcodes import LatestTranscodes
from .server_tracker import TrackedStream
from .stream_payload import (
    PROGRESS_FIELDS,
    Json,
    TranscodeProgress,
    position_fields,
    transcode_progress,
)

_MISSING: Final = object()


def difference(before: Json, after: Json) -> Json:
    """Return the fields of `after` that differ from those of `before`."""
    return {key: value for key, value in after.items() if before.get(key, _MISSING) != value}


class PublishedStream:
    """A stream as it was sent last."""

    def __init__(self, tracked: TrackedStream, payload: Json) -> None:
        """Remember what is sent."""
        self.tracked = tracked
        self.payload = payload

    @property
    def is_transcoded(self) -> bool:
        """Return whether the stream has a progress to send."""
        return self.tracked.session.transcode is not None

    def update(self, tracked: TrackedStream, build: Callable[[TrackedStream], Json]) -> Json:
        """Return the changed fields, without the progress of a transcode that goes on."""
        before, self.tracked = self.tracked, tracked
        if _is_only_moved(before, tracked):
            if tracked.position == before.position:
                return {}
            # Reports of the position are many: the rest is not built again.
            payload = {**self.payload, **position_fields(tracked)}
        else:
            payload = build(tracked)
            if _transcode_key(before.session) == _transcode_key(tracked.session):
                payload |= {name: self.payload[name] for name in PROGRESS_FIELDS}
        changed = difference(self.payload, payload)
        self.payload = payload
        return changed

    def update_progress(self, transcodes: LatestTranscodes) -> TranscodeProgress | None:
        """Return the progress of the transcode, None if it is as it was sent last."""
        progress = transcode_progress(transcodes.of(self.tracked.session))
        if progress == tuple(self.payload[name] for name in PROGRESS_FIELDS):
            return None
        self.payload |= dict(zip(PROGRESS_FIELDS, progress, strict=True))
        return progress


class PublishedServer:
    """A server as it was sent last."""

    def __init__(self, fields: Json) -> None:
        """Start without streams."""
        self.fields = fields
        self.streams: dict[str, PublishedStream] = {}

    def snapshot(self) -> Json:
        """Return all that is known."""
        return {**self.fields, "streams": [stream.payload for stream in self.streams.values()]}

    def update_streams(
        self, tracked_streams: Mapping[str, TrackedStream], build: Callable[[TrackedStream], Json]
    ) -> Json:
        """Return the added, changed and removed streams, and store them as sent."""
        streams = self.streams
        removed = [key for key in streams if key not in tracked_streams]
        for key in removed:
            del streams[key]
        added: list[Json] = []
        changed: dict[str, Json] = {}
        for key, tracked in tracked_streams.items():
            stream = streams.get(key)
            if stream is None:
                stream = streams[key] = PublishedStream(tracked, build(tracked))
                added.append(stream.payload)
            elif stream.tracked is not tracked and (fields := stream.update(tracked, build)):
                changed[key] = fields
        changes: Json = {"remove": removed, "add": added, "change": changed}
        return {name: value for name, value in changes.items() if value}

    def update_progress(self, transcodes: LatestTranscodes) -> Json:
        """Return the changed progress of transcodes by session key, and store it as sent."""
        changed: Json = {}
        for key, stream in self.streams.items():
            if stream.is_transcoded and (progress := stream.update_progress(transcodes)):
                changed[key] = list(progress)
        return changed


def _is_only_moved(before: TrackedStream, after: TrackedStream) -> bool:
    """Return whether nothing but the position can have changed.

    A report of a position replaces the session and keeps the objects in it.
    """
    old, new = before.session, after.session
    return (
        old.item is new.item
        and old.media is new.media
        and old.transcode is new.transcode
        and old.user is new.user
        and old.player == new.player
        and (old.bandwidth, old.location) == (new.bandwidth, new.location)
        and before.state_since == after.state_since
    )


def _transcode_key(session: Session) -> str | None:
    """Return the key of the transcode, None without one."""
    return session.transcode.short_key if session.transcode is not None else None
