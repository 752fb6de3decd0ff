"""Which server, library, stream or person an action is about."""

from collections.abc import Iterable, Sequence

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import service

from ..api import Library, ServerAccount, Session
from ..const import DOMAIN
from ..errors import action_error
from ..runtime_data import PlexPulseConfigEntry, PlexPulseRuntime
from ..streams.attributes import display_name

ATTR_LIBRARY = "library"
ATTR_USER = "user"


def _validation_error(*, translation_key: str, **placeholders: str) -> ServiceValidationError:
    """Return what tells somebody that there is no such thing as they named."""
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=translation_key,
        translation_placeholders=placeholders,
    )


@callback
def async_get_server(call: ServiceCall) -> PlexPulseConfigEntry:
    """Return the server that is named, or the only one there is."""
    if (entry_id := call.data.get(ATTR_CONFIG_ENTRY_ID)) is not None:
        entry: PlexPulseConfigEntry = service.async_get_config_entry(call.hass, DOMAIN, entry_id)
        return entry
    # Home Assistant's own choice counts servers that are away as well.
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


def find_library(runtime: PlexPulseRuntime, call: ServiceCall) -> Library | None:
    """Return the library that is named by title or number, None where none is named."""
    if (name := call.data.get(ATTR_LIBRARY)) is None:
        return None
    libraries = runtime.libraries.data.libraries.values()
    wanted = name.strip().casefold()
    found = [library for library in libraries if library.title.casefold() == wanted]
    found = found or [library for library in libraries if library.key == wanted]
    return _exactly_one(
        found,
        none=_validation_error(translation_key="unknown_library", library=name),
        several=_validation_error(
            translation_key="several_libraries",
            library=name,
            keys=", ".join(library.key for library in found),
        ),
    )


def find_account(accounts: Iterable[ServerAccount], name: str) -> ServerAccount:
    """Return whom a name means: as it is shown here, as Plex has it, or the account's id."""
    wanted = name.strip().casefold()
    known = tuple(accounts)
    found = [item for item in known if wanted in {item.name.casefold(), item.account_id}]
    # E-mail addresses of several people may begin with the same name.
    found = found or [
        item for item in known if (display_name(item.name) or "").casefold() == wanted
    ]
    return _exactly_one(
        # "" would match an account without a name, or with nothing before the @.
        found if wanted else (),
        none=_validation_error(translation_key="unknown_user", user=name),
        several=_validation_error(
            translation_key="several_users",
            user=name,
            ids=", ".join(account.account_id for account in found),
        ),
    )


def find_session_id(sessions: Iterable[Session], session_key: str) -> str:
    """Return the id by which a stream is terminated."""
    for session in sessions:
        if session.session_key == session_key:
            if session.session_id is None:
                raise _validation_error(
                    translation_key="stream_cannot_end", session_key=session_key
                )
            return session.session_id
    raise unknown_stream_error(session_key)


def unknown_stream_error(session_key: str) -> ServiceValidationError:
    """Return what tells that a stream has ended, or never was."""
    return _validation_error(translation_key="unknown_stream", session_key=session_key)


def unknown_item_error(rating_key: str) -> ServiceValidationError:
    """Return what tells that the server has no such item."""
    return _validation_error(translation_key="unknown_item", rating_key=rating_key)


def owner_only_error() -> HomeAssistantError:
    """Return what tells that a shared user's token may not see or do this."""
    return HomeAssistantError(translation_domain=DOMAIN, translation_key="owner_only")


async def async_get_sessions(runtime: PlexPulseRuntime) -> tuple[Session, ...]:
    """Return what plays, as the entities know it; asked anew only if the last poll failed."""
    sessions = runtime.sessions
    if sessions.last_failure is not None:
        await sessions.async_refresh()
    if sessions.last_failure is not None:
        raise action_error(sessions.last_failure, runtime.client.rate_limiter)
    if not sessions.can_read_sessions:
        raise owner_only_error()
    return sessions.data
