"""The live feed of the streams cards: a snapshot, then only what changed.

One feed serves all browsers: it builds the payload of a stream once, when its session
changed, compares it with the one before and sends the difference. Positions are computed
in the browser and are sent only when they cannot be computed. The progress of transcodes
changes with every read; it is sent for all streams together, at most every 15 seconds.
"""

from collections.abc import Callable, Collection
from dataclasses import field
from functools import partial
from typing import Final

from homeassistant.auth.models import User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..api import MutableRecord
from ..const import DOMAIN
from ..rights import may_administer
from ..runtime_data import PlexPulseConfigEntry
from .image_ids import ImageIds
from .last_played import async_read_last_played
from .published import PublishedServer, difference
from .server_status import NOT_FOUND, OK, personal_fields, server_fields
from .server_tracker import ServerTracker, TrackedStream
from .servers import readable_entries
from .stream_payload import Json, stream_payload
from .user_slots import UserSlots

_PROGRESS_INTERVAL_SECONDS: Final = 15.0


class _Subscription(MutableRecord):
    """A subscribed browser: its user, the requested servers, and what was sent to it."""

    user: User
    requested: Collection[str]
    send: Callable[[Json], None]
    personal: dict[str, Json | None] = field(default_factory=dict)
    """By entry id: what the user may do there; None for a server that they may not read."""


class StreamsFeed:
    """Sends the streams of all servers to the browsers that subscribed."""

    def __init__(
        self,
        hass: HomeAssistant,
        tracker_of: Callable[[str], ServerTracker],
        images_of: Callable[[str], ImageIds],
        slots: UserSlots,
    ) -> None:
        """Work only while there is a subscription."""
        self._hass = hass
        self._tracker_of = tracker_of
        self._images_of = images_of
        self._slots = slots
        self._published: dict[str, PublishedServer] = {}
        self._subscriptions: set[_Subscription] = set()
        self._cancel_timer: Callable[[], None] | None = None

    @callback
    def async_subscribe(
        self, user: User, requested: Collection[str], send: Callable[[Json], None]
    ) -> Callable[[], None]:
        """Send a snapshot, then the changes, until the returned function is called.

        requested: entry ids; empty for all servers, the ones added later included.
        """
        subscription = _Subscription(user=user, requested=requested, send=send)
        if not self._subscriptions:
            self._publish_all()
        self._subscriptions.add(subscription)
        self._send_snapshot(subscription)
        self._schedule()
        self._read_histories(subscription)

        @callback
        def unsubscribe() -> None:
            """Stop sending."""
            self._subscriptions.discard(subscription)
            if not self._subscriptions:
                self._published.clear()
                if self._cancel_timer is not None:
                    self._cancel_timer()
                    self._cancel_timer = None

        return unsubscribe

    @callback
    def _read_histories(self, subscription: _Subscription) -> None:
        """Read the last played item of idle servers once, for users who may read the history."""
        for entry in readable_entries(self._hass, subscription.user, subscription.requested):
            published = self._published.get(entry.entry_id)
            tracker = self._tracker_of(entry.entry_id)
            if (
                published is not None
                and published.fields["status"] == OK
                and not (published.streams or tracker.last_played or tracker.is_history_read)
                and may_administer(self._hass, subscription.user, entry)
            ):
                tracker.is_history_read = True
                entry.async_create_background_task(
                    self._hass, self._async_read_history(entry), f"{entry.title} last played"
                )

    async def _async_read_history(self, entry: PlexPulseConfigEntry) -> None:
        """Read what was played last, and send it."""
        history = await async_read_last_played(entry.runtime_data)
        self._tracker_of(entry.entry_id).history = history
        for subscription in tuple(self._subscriptions):
            before = subscription.personal.get(entry.entry_id)
            after = self._personal(subscription).get(entry.entry_id)
            if before is not None and after is not None and before != after:
                subscription.personal[entry.entry_id] = after
                changes = {"set": difference(before, after)}
                subscription.send({"now": _now(), "changes": {entry.entry_id: changes}})

    @callback
    def async_refresh(self, entry: PlexPulseConfigEntry) -> None:
        """Compare a server with what was sent of it, and send the difference."""
        if not self._subscriptions:
            return
        fields = server_fields(self._hass, entry, self._tracker_of(entry.entry_id))
        if (published := self._published.get(entry.entry_id)) is None:
            self._publish(entry)
            self._send_changed_snapshots()
            return
        changed = difference(published.fields, fields)
        published.fields = fields
        streams = published.update_streams(
            self._tracked_streams(entry, fields), partial(self._payload, entry)
        )
        if changed or streams:
            for subscription in tuple(self._subscriptions):
                self._send_changes(subscription, entry.entry_id, changed, streams)
            self._schedule()

    @callback
    def async_remove(self, entry_id: str) -> None:
        """Send the browsers a snapshot without a server that was removed."""
        if self._published.pop(entry_id, None) is not None:
            self._send_changed_snapshots()

    def _publish_all(self) -> None:
        """Build what is known of all servers."""
        for entry in self._hass.config_entries.async_entries(DOMAIN, include_ignore=False):
            self._publish(entry)

    def _publish(self, entry: PlexPulseConfigEntry) -> None:
        """Build what is known of a server."""
        fields = server_fields(self._hass, entry, self._tracker_of(entry.entry_id))
        published = self._published[entry.entry_id] = PublishedServer(fields)
        published.update_streams(
            self._tracked_streams(entry, fields), partial(self._payload, entry)
        )

    def _tracked_streams(
        self, entry: PlexPulseConfigEntry, fields: Json
    ) -> dict[str, TrackedStream]:
        """Return the streams to show, none unless they are known."""
        if fields["status"] != OK or entry.state is not ConfigEntryState.LOADED:
            return {}
        streams = self._tracker_of(entry.entry_id).streams.values()
        return {tracked.session.session_key: tracked for tracked in streams}

    def _payload(self, entry: PlexPulseConfigEntry, tracked: TrackedStream) -> Json:
        """Return the payload of a stream."""
        images = self._images_of(entry.entry_id)
        return stream_payload(tracked, entry.runtime_data, images, self._slots)

    def _send_changed_snapshots(self) -> None:
        """Send a snapshot to every browser for which the set of servers has changed."""
        for subscription in tuple(self._subscriptions):
            if self._personal(subscription) != subscription.personal:
                self._send_snapshot(subscription)

    def _send_snapshot(self, subscription: _Subscription) -> None:
        """Send all servers that the user may read, and those that do not exist for them."""
        subscription.personal = personal = self._personal(subscription)
        servers: list[Json] = [
            {"entry_id": entry_id, "status": NOT_FOUND}
            if fields is None
            else {"entry_id": entry_id, **self._published[entry_id].snapshot(), **fields}
            for entry_id, fields in personal.items()
        ]
        subscription.send({"now": _now(), "servers": servers})

    def _personal(self, subscription: _Subscription) -> dict[str, Json | None]:
        """Return what a user may do on each server, None for one that they may not read."""
        personal: dict[str, Json | None] = dict.fromkeys(subscription.requested)
        for entry in readable_entries(self._hass, subscription.user, subscription.requested):
            if (published := self._published.get(entry.entry_id)) is not None:
                personal[entry.entry_id] = personal_fields(
                    self._hass,
                    subscription.user,
                    entry,
                    published.fields,
                    self._tracker_of(entry.entry_id).history,
                )
        return personal

    def _send_changes(
        self, subscription: _Subscription, entry_id: str, changed: Json, streams: Json
    ) -> None:
        """Send the changes of a server, or a snapshot if other servers are to be shown."""
        if changed:
            personal = self._personal(subscription)
            before, after = subscription.personal.get(entry_id), personal.get(entry_id)
            if personal.keys() != subscription.personal.keys() or (before is None) is not (
                after is None
            ):
                self._send_snapshot(subscription)
                return
            subscription.personal = personal
            changed = {**changed, **difference(before or {}, after or {})}
        if subscription.personal.get(entry_id) is None:
            return
        changes = {"set": changed, **streams} if changed else streams
        subscription.send({"now": _now(), "changes": {entry_id: changes}})

    @callback
    def _schedule(self) -> None:
        """Send the progress of transcodes after the interval, if there are any."""
        has_transcodes = any(
            stream.is_transcoded
            for published in self._published.values()
            for stream in published.streams.values()
        )
        if self._cancel_timer is None and self._subscriptions and has_transcodes:
            self._cancel_timer = async_call_later(
                self._hass, _PROGRESS_INTERVAL_SECONDS, self._send_progress
            )

    @callback
    def _send_progress(self, _at: object) -> None:
        """Send what has changed in the progress of all transcodes, in one event."""
        self._cancel_timer = None
        changes: dict[str, Json] = {}
        loaded: list[PlexPulseConfigEntry] = self._hass.config_entries.async_loaded_entries(DOMAIN)
        for entry in loaded:
            if (published := self._published.get(entry.entry_id)) is not None and (
                progress := published.update_progress(entry.runtime_data.transcodes)
            ):
                changes[entry.entry_id] = {"transcode": progress}
        for subscription in tuple(self._subscriptions):
            own = {
                entry_id: change
                for entry_id, change in changes.items()
                if subscription.personal.get(entry_id) is not None
            }
            if own:
                subscription.send({"now": _now(), "changes": own})
        self._schedule()


def _now() -> float:
    """Return Unix seconds, with which browsers correct their own clock."""
    return round(dt_util.utcnow().timestamp(), 3)
