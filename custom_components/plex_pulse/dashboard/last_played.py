"""What was played last on a server, for the state of the streams card without streams."""

from ..api import HistoryEntry, MediaItem, PlexApiError
from ..runtime_data import PlexPulseRuntime
from ..streams.attributes import display_name, truncate_state, user_name
from .item_names import headline
from .server_tracker import LastPlayed

type Json = dict[str, object]


def last_played_payload(last_played: LastPlayed | None) -> Json | None:
    """Return the stream that ended last, None if none has ended so far."""
    if last_played is None:
        return None
    session = last_played.session
    channel = session.media.channel if session.is_live else None
    return _payload(session.item, channel, user_name(session), last_played.at)


async def async_read_last_played(runtime: PlexPulseRuntime) -> Json | None:
    """Return the newest entry of the history, None if it is empty or cannot be read."""
    try:
        page = await runtime.client.get_history(start=0, size=1)
        entry = next(iter(page.entries), None)
        if entry is None or entry.viewed_at is None:
            return None
        user = await _async_user(runtime, entry)
    except PlexApiError:
        return None
    return _payload(entry.item, None, user, entry.viewed_at.timestamp())


async def _async_user(runtime: PlexPulseRuntime, entry: HistoryEntry) -> str | None:
    """Return the name of the user of an entry."""
    for account in await runtime.client.get_accounts():
        if account.account_id == entry.account_id:
            return display_name(account.name)
    return None


def _payload(item: MediaItem, channel: str | None, user: str | None, at: float) -> Json:
    """Return the fields that the card shows."""
    names = headline(item, is_live=channel is not None, channel=channel)
    return {
        "title": names["title"],
        "season": names["season"],
        "episode": names["episode"],
        "user": truncate_state(user),
        "at": int(at),
    }
