"""LLM tools: actions that Assist can call on a Plex Media Server, all of them read-only."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, NamedTuple, override

from homeassistant.components.llm import LLMTools
from homeassistant.const import ATTR_CONFIG_ENTRY_ID
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.llm import (
    LLM_API_ASSIST,
    LLMContext,
    Tool,
    ToolAnnotations,
    ToolInput,
    ToolResult,
)
from homeassistant.util.json import JsonObjectType, JsonValueType
import voluptuous as vol

from .const import DOMAIN
from .history.actions import ATTR_BY, ATTR_PERIOD
from .history.top import PERIODS, By
from .services import (
    SERVICE_GET_ON_DECK,
    SERVICE_GET_RECENTLY_ADDED,
    SERVICE_GET_STREAMS,
    SERVICE_GET_TOP,
    SERVICE_SEARCH,
)
from .services.queries import ATTR_LIMIT, ATTR_QUERY

_MAX_ROWS: Final = 10
_MAX_TEXT_CHARACTERS: Final = 200
"""Maximum length of a text, summaries above all, to save tokens."""
_ATTR_SERVER: Final = "server"
_LIMIT_ARGUMENTS: Final[Mapping[str, int]] = {ATTR_LIMIT: _MAX_ROWS}

_EXPOSED_KEYS: Final = frozenset(
    {
        "title",
        "series",
        "season",
        "episode",
        "artist",
        "album",
        "edition",
        "channel",
        "type",
        "year",
        "library",
        "summary",
        "added_at",
        "user",
        "player",
        "state",
        "progress",
        "ends_at",
        "method",
        "name",
        "plays",
        "viewers",
        "viewer",
    }
)
"""Keys of a row that a model gets; identifiers and codecs are for automations."""


class ToolDescription(NamedTuple):
    """One action, described for a model.

    rows: the key of the list in the action's response. arguments: fixed data of the action.
    parameters: what the model may pass.
    """

    action: str
    title: str
    description: str
    rows: str = "items"
    arguments: Mapping[str, int] = _LIMIT_ARGUMENTS
    parameters: Mapping[vol.Marker, object] = MappingProxyType({})


TOOL_DESCRIPTIONS: Final = (
    ToolDescription(
        action=SERVICE_GET_STREAMS,
        title="Get active Plex streams",
        description="Returns the active Plex streams: title, user, player and progress.",
        rows="streams",
        arguments={},
    ),
    ToolDescription(
        action=SERVICE_GET_RECENTLY_ADDED,
        title="Get items recently added to Plex",
        description="Returns the items added last to the Plex libraries, newest first.",
    ),
    ToolDescription(
        action=SERVICE_GET_ON_DECK,
        title="Get Plex On Deck items",
        description="Returns what can be continued on Plex: next episodes of started shows, and "
        "partly watched movies.",
    ),
    ToolDescription(
        action=SERVICE_GET_TOP,
        title="Get what was played most on Plex",
        description="Returns what was watched or listened to on Plex in a period, most played "
        "first: titles, users, players or libraries. Use it for questions such as what was "
        "watched last week.",
        rows="top",
        parameters={
            vol.Optional(
                ATTR_PERIOD, description="The last day, 7 days, 30 days or 365 days, or all"
            ): vol.In(list(PERIODS)),
            vol.Optional(ATTR_BY, description="What to rank; titles by default"): vol.In(
                [by.value for by in By]
            ),
        },
    ),
    ToolDescription(
        action=SERVICE_SEARCH,
        title="Search Plex",
        description="Searches the Plex libraries for movies, shows, episodes, artists, albums, "
        "tracks and photos by title. Use it to find out whether Plex has an item.",
        parameters={
            vol.Required(
                ATTR_QUERY, description="A title, or part of it (two characters or more)"
            ): str
        },
    ),
)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for Assist, None if no server is loaded."""
    servers = [entry.title for entry in hass.config_entries.async_loaded_entries(DOMAIN)]
    if api_id != LLM_API_ASSIST or not servers:
        return None
    return LLMTools(tools=[PlexPulseTool(tool, servers) for tool in TOOL_DESCRIPTIONS])


class PlexPulseTool(Tool):
    """A tool that calls an action for one server, or for each of them."""

    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=False
    )
    integration = DOMAIN

    def __init__(self, tool: ToolDescription, servers: list[str]) -> None:
        """Initialize with a parameter for the server if there are several."""
        self.name = f"{DOMAIN}__{tool.action}"
        self.title = tool.title
        self.description = tool.description
        self._tool = tool
        parameters = dict(tool.parameters)
        # Two servers may have the same name, and some models reject an enum with duplicates.
        if len(names := list(dict.fromkeys(servers))) > 1:
            description = "The server to use. Optional: without it, all servers are used"
            parameters[vol.Optional(_ATTR_SERVER, description=description)] = vol.In(names)
        self.parameters = vol.Schema(parameters)

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Return the results of all servers; an error only if every server failed."""
        arguments = self.parameters(tool_input.tool_args)
        server = arguments.pop(_ATTR_SERVER, None)
        results: list[JsonValueType] = []
        has_result = False
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            if server not in {None, entry.title}:
                continue
            try:
                response = await hass.services.async_call(
                    DOMAIN,
                    self._tool.action,
                    {ATTR_CONFIG_ENTRY_ID: entry.entry_id, **self._tool.arguments, **arguments},
                    blocking=True,
                    context=llm_context.context,
                    return_response=True,
                )
            except HomeAssistantError as err:
                results.append({_ATTR_SERVER: entry.title, "error": str(err)})
            else:
                has_result = True
                results.append({_ATTR_SERVER: entry.title, **self._rows(response or {})})
        return ToolResult(data={"servers": results}, error=not has_result)

    def _rows(self, response: JsonObjectType) -> JsonObjectType:
        """Return the first rows, trimmed, and the count of all rows."""
        rows = response.get(self._tool.rows)
        if not isinstance(rows, list):
            return {}
        trimmed: list[JsonValueType] = [
            _trim_row(row) for row in rows[:_MAX_ROWS] if isinstance(row, dict)
        ]
        return {self._tool.rows: trimmed, "count": len(rows)}


def _trim_row(row: JsonObjectType) -> JsonObjectType:
    """Return the exposed keys of a row that have a value, with short texts."""
    return {
        key: value[:_MAX_TEXT_CHARACTERS] if isinstance(value, str) else value
        for key, value in row.items()
        if key in _EXPOSED_KEYS and value is not None
    }
