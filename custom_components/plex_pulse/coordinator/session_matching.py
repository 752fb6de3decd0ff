"""Find the streams that the sessions of a response belong to.

A server may list a session twice, under several keys, or under another key than before:
after a change of the quality, a reconnect of the app, or a restart, which numbers all
sessions again. These identify a stream, in this order:

| a listed session has | same stream |
|---|---|
| the key, player, user and item of a known one | always |
| the `Session.id`, player, user and item of a known one | always |
| the player, user and item of a known one | if it goes on at about the same position |
| the key, player and user of a known one | always: it plays the next item |

The former session may still be listed for seconds beside the one that continues it. What has the
player, user and item of a stream that is found already, and goes on at about the same position, is
therefore no further stream.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
import math
from typing import Final, NamedTuple

from ..api import MutableRecord, Session

_MAX_CANDIDATES: Final = 20
"""Known streams of one player, user and item whose positions are compared."""

type PositionDistance = Callable[[Session, Session], float | None]
"""Returns how far a listed session is from the position of a known one, in seconds; None if
the known one cannot have gone on there."""

type _Identity = tuple[str | None, ...]


class MatchedSessions(NamedTuple):
    """The sessions of a response, each once and with the key of its stream."""

    sessions: tuple[Session, ...]
    stream_keys: dict[str, str]
    """The key of the stream of every listed session key."""


class _Listed(MutableRecord):
    """A session of a response, with all keys under which it is listed."""

    session: Session
    keys: list[str]
    stream_key: str | None = None


def match_sessions(
    listed: Iterable[Session],
    known: Iterable[Session],
    known_keys: Mapping[str, str],
    distance: PositionDistance,
) -> MatchedSessions:
    """Return each listed session once; one that belongs to a known stream keeps its key.

    `known_keys` maps the session keys of the last response to the keys of the streams.
    """
    found = _without_duplicates(listed)
    before = {session.stream_key: session for session in known}
    streams = dict(before)
    taken = set(streams)
    _match_keys(found, streams, known_keys, _playback)
    _match_nearest(found, streams, _playback_id, lambda old, new: _or_far(distance(old, new)))
    _match_nearest(found, streams, _playback, distance)
    found = _without_former(found, before, known_keys, distance)
    _match_keys(found, streams, known_keys, _viewer)
    sessions: list[Session] = []
    stream_keys: dict[str, str] = {}
    for item in found:
        session = item.session
        key = item.stream_key or _free_key(session.session_key, taken)
        taken.add(key)
        stream_keys.update(dict.fromkeys(item.keys, key))
        sessions.append(session if session.stream_key == key else replace(session, stream_key=key))
    return MatchedSessions(tuple(sessions), stream_keys)


def _without_duplicates(listed: Iterable[Session]) -> list[_Listed]:
    """Return each session once, even if it is listed twice or under several keys."""
    by_key = {session.session_key: session for session in listed}
    groups: dict[_Identity, _Listed] = {}
    for session in by_key.values():
        # An app may play an item twice at once; only the delivered media distinguishes them.
        transcode = session.transcode.short_key if session.transcode is not None else None
        group = (*session.playback_id, session.location, transcode)
        if (known := groups.get(group)) is None:
            groups[group] = _Listed(session=session, keys=[session.session_key])
        else:
            known.session = session
            known.keys.append(session.session_key)
    return list(groups.values())


def _match_keys(
    found: Iterable[_Listed],
    streams: dict[str, Session],
    known_keys: Mapping[str, str],
    identity: Callable[[Session], _Identity],
) -> None:
    """Assign the streams of the listed keys if the identity is the same, too."""
    for item in found:
        if item.stream_key is not None:
            continue
        for key in item.keys:
            known = streams.get(known_keys.get(key, ""))
            if known is not None and identity(known) == identity(item.session):
                item.stream_key = streams.pop(known.stream_key).stream_key
                break


def _match_nearest(
    found: Iterable[_Listed],
    streams: dict[str, Session],
    identity: Callable[[Session], _Identity],
    distance: PositionDistance,
) -> None:
    """Assign the streams of the same identity, those with the nearest positions first."""
    by_identity: dict[_Identity, list[Session]] = {}
    for session in streams.values():
        by_identity.setdefault(identity(session), []).append(session)
    pairs = [
        (seconds, number, item, old.stream_key)
        for number, item in enumerate(found)
        if item.stream_key is None
        for old in by_identity.get(identity(item.session), [])[:_MAX_CANDIDATES]
        if (seconds := distance(old, item.session)) is not None
    ]
    for _, _, item, key in sorted(pairs, key=lambda pair: pair[:2]):
        if item.stream_key is None and key in streams:
            item.stream_key = streams.pop(key).stream_key


def _without_former(
    found: Iterable[_Listed],
    known: Mapping[str, Session],
    known_keys: Mapping[str, str],
    distance: PositionDistance,
) -> list[_Listed]:
    """Return each stream once that is listed as its former session and as the current one."""
    continued = {
        _playback(item.session): item
        for item in found
        if item.stream_key is not None and item.session.player.machine_identifier is not None
    }
    sessions: list[_Listed] = []
    for item in found:
        other = continued.get(_playback(item.session)) if item.stream_key is None else None
        if other is None or other.stream_key is None:
            sessions.append(item)
            continue
        stream = known[other.stream_key]
        seconds = distance(stream, item.session)
        is_known = any(known_keys.get(key) == stream.stream_key for key in item.keys)
        if seconds is None and not is_known:
            sessions.append(item)
            continue
        if _or_far(seconds) <= _or_far(distance(stream, other.session)):
            other.session = item.session
        other.keys += item.keys
    return sessions


def _viewer(session: Session) -> _Identity:
    """Return what identifies the player and the user of a session."""
    player = session.player
    names = (
        (player.machine_identifier,)
        if player.machine_identifier is not None
        else (None, player.title, player.product, player.device)
    )
    return *names, session.user.id if session.user is not None else None


def _playback(session: Session) -> _Identity:
    """Return what identifies the player, the user and the item of a session."""
    item = session.item
    return *_viewer(session), item.rating_key, item.title if item.rating_key is None else None


def _playback_id(session: Session) -> _Identity:
    """Return what identifies a playback with a `Session.id`."""
    return session.playback_id


def _or_far(seconds: float | None) -> float:
    """Return a distance that is greater than all others in place of None."""
    return math.inf if seconds is None else seconds


def _free_key(session_key: str, taken: set[str]) -> str:
    """Return a key for a new stream: its session key, unless a stream has it from before."""
    key, number = session_key, 1
    while key in taken:
        number += 1
        key = f"{session_key}~{number}"
    return key
