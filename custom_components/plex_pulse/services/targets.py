"""Find the server, library, stream or user that an action call names."""

from collections.abc import Iterable, Sequence
from unicodedata import normalize

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import service

from ..api import Library, ServerAccount, Session
from ..const import DOMAIN
from ..coordinator.sessions import SessionsCoordinator
from ..errors import action_error
from ..runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from ..streams.attributes import display_name

ATTR_LIBRARY = "library"
ATTR_USER = "user"


def _validation_error(*, translation_key: str, **placeholders: str) -> ServiceValidationError:
    """Return the error of a call whose data does not fit the server; logged without traceback."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=translation_key,
        translation_placeholders=placeholders,
    )


@callback
def async_get_server(call: ServiceCall) -> PlexPulseConfigEntry:
    """Return the entry of the server that the call names, or the only loaded one."""
    if (entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID)) is not None:
        entry: PlexPulseConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, entry_id)
        return entry
    # Without an id, async_get_config_entry also counts entries that are not loaded.
    loaded: list[PlexPulseConfigEntry] = call.hass.config_entries.async_loaded_entries(DOMAIN)
    return _exactly_one(
        loaded,
        none=_validation_error(translation_key="no_server"),
        several=_validation_error(
            translation_key="several_servers", servers=", ".join(entry.title for entry in loaded)
        ),
    )


def _exactly_one[FoundT](
    found: Sequence[FoundT], *, none: ServiceValidationError, several: ServiceValidationError
) -> FoundT:
    """Return the only element of `found`.

    Raises:
        ServiceValidationError: `none` if there is no element, `several` if there are more.

    """
    if not found:
        raise none
    if len(found) > 1:
        raise several
    return found[0]


def comparable_name(name: str) -> str:
    """Return a name as it is compared: without case, spacing and Unicode composition.

    Titles typed on a Mac may have an accent as a character of its own (NFD), and titles from
    web pages have no-break spaces; both look like what is typed in Home Assistant.
    """
    return " ".join(normalize("NFC", normalize("NFC", name).casefold()).split())


def find_library(runtime: PlexPulseRuntime, call: ServiceCall) -> Library | None:
    """Return the library with the title or key in the call, None if the call has none."""
    if (name := call.data.get(ATTR_LIBRARY)) is None:
        return None
    libraries = runtime.libraries.data.libraries.values()
    folded = comparable_name(name)
    found = [library for library in libraries if comparable_name(library.title) == folded]
    found = found or [library for library in libraries if library.key == folded]
    return _exactly_one(
        found,
        none=unknown_library_error(name),
        several=_validation_error(
            translation_key="several_libraries",
            library=name,
            keys=", ".join(library.key for library in found),
        ),
    )


def find_account(accounts: Iterable[ServerAccount], name: str) -> ServerAccount:
    """Return the account with that display name, Plex name or account id."""
    folded = comparable_name(name)
    accounts = tuple(accounts)
    found = [
        account
        for account in accounts
        if folded in {comparable_name(account.name), account.account_id}
    ]
    # The full name first: e-mail addresses of several users may have the same first part.
    found = found or [
        account
        for account in accounts
        if comparable_name(display_name(account.name) or "") == folded
    ]
    return _exactly_one(
        # "" would match an account without a name, or with nothing before the @.
        found if folded else (),
        none=_validation_error(translation_key="unknown_user", user=name),
        several=_validation_error(
            translation_key="several_users",
            user=name,
            ids=", ".join(account.account_id for account in found),
        ),
    )


def find_session(sessions: SessionsCoordinator, session_key: str) -> tuple[Session, str]:
    """Return the stream with that session key, and the id that Plex needs to terminate it.

    A former key of a stream counts unless another one has it by now.

    Raises:
        ServiceValidationError: there is no such stream, it has no id, or another stream has
            the same id: which of them the server would end is unknown.

    """
    found = sessions.find_session(session_key)
    if found is None:
        raise unknown_stream_error(session_key)
    if found.session_id is None:
        raise _validation_error(translation_key="stream_cannot_end", session_key=session_key)
    others = [
        other.session_key
        for other in sessions.data
        if other.session_id == found.session_id and other is not found
    ]
    if others:
        raise _validation_error(
            translation_key="several_streams",
            session_key=session_key,
            others=", ".join(others),
        )
    return found, found.session_id


def unknown_library_error(name: str) -> ServiceValidationError:
    """Return the error for a library that does not exist."""
    return _validation_error(translation_key="unknown_library", library=name)


def unknown_stream_error(session_key: str) -> ServiceValidationError:
    """Return the error for a stream that has ended or never existed."""
    return _validation_error(translation_key="unknown_stream", session_key=session_key)


def unknown_item_error(rating_key: str) -> ServiceValidationError:
    """Return the error for an item that does not exist."""
    return _validation_error(translation_key="unknown_item", rating_key=rating_key)


def owner_only_error() -> HomeAssistantError:
    """Return the error for an action that needs the token of the owner."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="owner_only")


async def async_get_sessions(runtime: PlexPulseRuntime) -> tuple[Session, ...]:
    """Return the sessions with their latest positions; poll only if the last poll failed.

    Raises:
        HomeAssistantError: the sessions cannot be read, or the token cannot read sessions.

    """
    sessions = runtime.sessions
    if sessions.last_failure is not None:
        await sessions.async_refresh()
    if sessions.last_failure is not None:
        raise action_error(sessions.last_failure, runtime.client.rate_limiter)
    if not sessions.can_read_sessions:
        raise owner_only_error()
    return sessions.current_sessions
