"""Whose playing is followed, and what of it is shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
import logging
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant

from ..api import PlexApiError, RetryPolicy, Session
from ..options import followed_users
from ..runtime_data import PlexPulseConfigEntry
from ..shared_state import async_create_client
from .attributes import shown_name

_LOGGER = logging.getLogger(__name__)

# Somebody waits in front of the form.
_POLICY: Final = RetryPolicy(max_retries=1, attempt_timeout=4, total_timeout=5)


async def async_users_to_offer(
    hass: HomeAssistant, entry: PlexPulseConfigEntry
) -> tuple[Mapping[str, str], dict[str, str]]:
    """Return who can be followed as names by account id, and what a form says if in doubt.

    Those who are followed are among them even if they have left the server, so that they
    can be given up. With a shared user's token nobody is: it may not see what plays.
    """
    if entry.state is ConfigEntryState.LOADED and not entry.runtime_data.sessions.is_permitted:
        return {}, {}
    followed = followed_users(entry.options)
    try:
        client = await async_create_client(hass, entry.data, _POLICY, entry.entry_id[-6:])
        # The address may lead to another server by now, which must not see the token.
        await client.verify_identity(str(entry.unique_id))
        accounts = await client.get_accounts()
    except PlexApiError as err:
        _LOGGER.debug("The users to choose from are not known: %s", err)
        return followed, {"base": "users_unknown"}
    names = {
        account.account_id: shown_name(account.name) or account.account_id for account in accounts
    }
    # E-mail addresses of several people may begin with the same name.
    count = Counter(names.values())
    for account_id, name in names.items():
        if count[name] > 1:
            names[account_id] = f"{name} ({account_id})"
    return followed | names, {}


def sessions_of(sessions: Iterable[Session], account_id: str) -> tuple[Session, ...]:
    """Return what one user plays."""
    return tuple(
        session
        for session in sessions
        if session.user is not None and session.user.id == account_id
    )


def shown_session(sessions: Iterable[Session]) -> Session | None:
    """Return the session that began last, one that is paused only if none plays."""
    return max(sessions, key=_precedence, default=None)


def _precedence(session: Session) -> tuple[bool, int, str]:
    """Return what makes one session more worth showing than another; keys count up."""
    key = session.session_key if session.session_key.isdecimal() else ""
    # As numbers compare, but of any length: Python refuses to read a very long one.
    return session.player.state != "paused", len(key), key
