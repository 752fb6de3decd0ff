"""The actions: table of names, fields and handlers; registration; error mapping.

`queries` has the handlers that return data, `commands` those that change something,
`targets` finds the server, library, user or stream of a call, `responses` builds the data.
To add an action, write a handler, add a row to `ACTIONS`, and describe it in
`services.yaml`, `translations/*.json` and `icons.json`.
"""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Final

from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import (
    HomeAssistant,
    ServiceCall,
    ServiceResponse,
    SupportsResponse,
    callback,
)
from homeassistant.helpers import config_validation as cv
import voluptuous as vol

from ..api import PlexApiError, Record
from ..const import DOMAIN
from ..errors import action_error
from ..history.actions import (
    ATTR_BY,
    ATTR_MEASURE,
    ATTR_PERIOD,
    async_get_top,
    async_rebuild_statistics,
)
from ..history.top import PERIODS, By, RankBy
from ..rights import (
    RightsCheck,
    async_require_administration,
    async_require_control,
    async_require_read,
)
from ..runtime_data import PlexPulseRuntime
from .commands import (
    ATTR_MESSAGE,
    ATTR_RATING_KEY,
    ATTR_SESSION_KEY,
    async_mark_unwatched,
    async_mark_watched,
    async_scan_library,
    async_terminate_stream,
)
from .queries import (
    ATTR_LIMIT,
    ATTR_QUERY,
    ATTR_SINCE,
    ATTR_START,
    async_get_history,
    async_get_on_deck,
    async_get_recently_added,
    async_get_streams,
    async_search,
)
from .targets import ATTR_LIBRARY, ATTR_USER, async_get_server

SERVICE_GET_HISTORY: Final = "get_history"
SERVICE_GET_ON_DECK: Final = "get_on_deck"
SERVICE_GET_RECENTLY_ADDED: Final = "get_recently_added"
SERVICE_GET_STREAMS: Final = "get_streams"
SERVICE_GET_TOP: Final = "get_top"
SERVICE_MARK_UNWATCHED: Final = "mark_unwatched"
SERVICE_MARK_WATCHED: Final = "mark_watched"
SERVICE_REBUILD_STATISTICS: Final = "rebuild_statistics"
SERVICE_SCAN_LIBRARY: Final = "scan_library"
SERVICE_SEARCH: Final = "search"
SERVICE_TERMINATE_STREAM: Final = "terminate_stream"

_MAX_TEXT_CHARACTERS: Final = 255
_MIN_QUERY_CHARACTERS: Final = 2
"""Plex returns no results for fewer."""

type ActionHandler = Callable[[PlexPulseRuntime, ServiceCall], Awaitable[ServiceResponse]]
"""May raise PlexApiError, which becomes the error of the action."""
type Fields = Mapping[vol.Marker, object]


class Action(Record):
    """The handler of an action, the check of its caller's rights, and its fields.

    Each action also takes the server, for which the rights are checked.
    """

    handler: ActionHandler
    require: RightsCheck
    fields: Fields = MappingProxyType({})
    response: SupportsResponse = SupportsResponse.NONE


_LIBRARY: Final[Fields] = {vol.Optional(ATTR_LIBRARY): cv.string}
_LIMIT: Final[Fields] = {
    vol.Optional(ATTR_LIMIT, default=10): vol.All(vol.Coerce(int), vol.Range(min=1, max=100))
}
_ITEM: Final[Fields] = {
    vol.Required(ATTR_RATING_KEY): vol.All(cv.string, vol.Match(r"[0-9]{1,19}\Z"))
}

ACTIONS: Final[Mapping[str, Action]] = {
    SERVICE_GET_STREAMS: Action(
        handler=async_get_streams,
        require=async_require_read,
        response=SupportsResponse.ONLY,
    ),
    SERVICE_GET_RECENTLY_ADDED: Action(
        handler=async_get_recently_added,
        require=async_require_read,
        fields={**_LIBRARY, **_LIMIT},
        response=SupportsResponse.ONLY,
    ),
    SERVICE_GET_ON_DECK: Action(
        handler=async_get_on_deck,
        require=async_require_read,
        fields=_LIMIT,
        response=SupportsResponse.ONLY,
    ),
    SERVICE_GET_HISTORY: Action(
        handler=async_get_history,
        require=async_require_administration,
        fields={
            vol.Optional(ATTR_USER): cv.string,
            **_LIBRARY,
            vol.Optional(ATTR_SINCE): cv.datetime,
            vol.Optional(ATTR_START, default=0): vol.All(
                vol.Coerce(int), vol.Range(min=0, max=1_000_000)
            ),
            **_LIMIT,
        },
        response=SupportsResponse.ONLY,
    ),
    SERVICE_GET_TOP: Action(
        handler=async_get_top,
        require=async_require_administration,
        fields={
            vol.Optional(ATTR_BY, default=By.TITLE.value): vol.In([by.value for by in By]),
            vol.Optional(ATTR_PERIOD, default="month"): vol.In(list(PERIODS)),
            vol.Optional(ATTR_MEASURE, default=RankBy.PLAYS.value): vol.In(
                [measure.value for measure in RankBy]
            ),
            **_LIMIT,
        },
        response=SupportsResponse.ONLY,
    ),
    SERVICE_REBUILD_STATISTICS: Action(
        handler=async_rebuild_statistics,
        require=async_require_administration,
        response=SupportsResponse.OPTIONAL,
    ),
    SERVICE_SEARCH: Action(
        handler=async_search,
        require=async_require_read,
        fields={
            vol.Required(ATTR_QUERY): vol.All(
                cv.string,
                vol.Strip,
                vol.Length(min=_MIN_QUERY_CHARACTERS, max=_MAX_TEXT_CHARACTERS),
            ),
            **_LIMIT,
        },
        response=SupportsResponse.ONLY,
    ),
    SERVICE_SCAN_LIBRARY: Action(
        handler=async_scan_library, require=async_require_control, fields=_LIBRARY
    ),
    SERVICE_TERMINATE_STREAM: Action(
        handler=async_terminate_stream,
        require=async_require_administration,
        fields={
            vol.Required(ATTR_SESSION_KEY): cv.string,
            vol.Optional(ATTR_MESSAGE, default=""): vol.All(
                cv.string, vol.Length(max=_MAX_TEXT_CHARACTERS)
            ),
        },
    ),
    SERVICE_MARK_WATCHED: Action(
        handler=async_mark_watched, require=async_require_control, fields=_ITEM
    ),
    SERVICE_MARK_UNWATCHED: Action(
        handler=async_mark_unwatched, require=async_require_control, fields=_ITEM
    ),
}


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions, once: automations that use them must validate without an entry."""
    for name, action in ACTIONS.items():
        hass.services.async_register(
            DOMAIN,
            name,
            partial(_async_call, action),
            schema=vol.Schema({vol.Optional(ATTR_CONFIG_ENTRY_ID): cv.string, **action.fields}),
            supports_response=action.response,
        )


async def _async_call(action: Action, call: ServiceCall) -> ServiceResponse:
    """Call the handler of an action for the server of the call.

    Raises:
        HomeAssistantError: a request failed, or this token does not permit the action.
        ServiceValidationError: the call names a target that does not exist, or none.
        Unauthorized: the caller does not have the rights that the action requires.

    """
    entry = async_get_server(call)
    await action.require(call, entry)
    runtime = entry.runtime_data
    try:
        # Another server may have the address of one that is away; it must not receive the token.
        await runtime.liveness.async_verify_connected()
        return await action.handler(runtime, call)
    except PlexApiError as err:
        raise action_error(err, runtime.client.rate_limiter) from err
