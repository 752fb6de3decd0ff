"""What Assist may ask a Plex Media Server; all of it reads and nothing changes anything."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, override

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
from .services import (
    SERVICE_GET_ON_DECK,
    SERVICE_GET_RECENTLY_ADDED,
    SERVICE_GET_STREAMS,
    SERVICE_SEARCH,
)
from .services.queries import ATTR_LIMIT, ATTR_QUERY

_MAX_ROWS: Final = 10
_MAX_TEXT_CHARACTERS: Final = 200
"""Of a summary; a model pays for every word, and the gist comes first."""
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
    }
)
"""What people ask about; keys and codecs are for automations."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolDescription:
    """One action as a model sees it. rows: the key of the action's list."""

    action: str
    title: str
    description: str
    rows: str = "items"
    arguments: Mapping[str, int] = field(default_factory=lambda: _LIMIT_ARGUMENTS)
    parameters: Mapping[vol.Marker, object] = field(default_factory=dict)


TOOL_DESCRIPTIONS: Final = (
    ToolDescription(
        action=SERVICE_GET_STREAMS,
        title="Get what plays on Plex",
        description="Tells what is being played from Plex now: by whom, on which player, how far.",
        rows="streams",
        arguments={},
    ),
    ToolDescription(
        action=SERVICE_GET_RECENTLY_ADDED,
        title="Get what is new on Plex",
        description="Tells what was added to the Plex libraries last, newest first.",
    ),
    ToolDescription(
        action=SERVICE_GET_ON_DECK,
        title="Get what to continue on Plex",
        description="Tells what was begun on Plex and can be continued: the next episodes, and "
        "films that were left halfway.",
    ),
    ToolDescription(
        action=SERVICE_SEARCH,
        title="Search Plex",
        description="Searches the Plex libraries for movies, shows, episodes, artists, albums, "
        "tracks and photos by title, to tell whether they are there.",
        parameters={
            vol.Required(ATTR_QUERY, description="A title, or at least two characters of it"): str
        },
    ),
)


@callback
def async_get_tools(hass: HomeAssistant, llm_context: LLMContext, api_id: str) -> LLMTools | None:
    """Return the tools for as long as there is a server to ask."""
    servers = [entry.title for entry in hass.config_entries.async_loaded_entries(DOMAIN)]
    if api_id != LLM_API_ASSIST or not servers:
        return None
    return LLMTools(tools=[PlexPulseTool(tool, servers) for tool in TOOL_DESCRIPTIONS])


class PlexPulseTool(Tool):
    """Ask one server, or all of them, by an action."""

    annotations = ToolAnnotations(
        read_only=True, destructive=False, idempotent=True, open_world=False
    )
    integration = DOMAIN

    def __init__(self, tool: ToolDescription, servers: list[str]) -> None:
        """Ask for the server only where there are several."""
        self.name = f"{DOMAIN}__{tool.action}"
        self.title = tool.title
        self.description = tool.description
        self._tool = tool
        parameters = dict(tool.parameters)
        # Two may have one name, and some models refuse a choice that is listed twice.
        if len(names := list(dict.fromkeys(servers))) > 1:
            about = "One server alone; leave it out to ask all of them"
            parameters[vol.Optional(_ATTR_SERVER, description=about)] = vol.In(names)
        self.parameters = vol.Schema(parameters)

    @override
    async def async_call(
        self, hass: HomeAssistant, tool_input: ToolInput, llm_context: LLMContext
    ) -> ToolResult:
        """Return what the servers answer; one that fails does not silence the others."""
        arguments = self.parameters(tool_input.tool_args)
        only = arguments.pop(_ATTR_SERVER, None)
        results: list[JsonValueType] = []
        has_result = False
        for entry in hass.config_entries.async_loaded_entries(DOMAIN):
            if only not in {None, entry.title}:
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
        """Return the first rows with the little that is told of each, and how many there are."""
        rows = response.get(self._tool.rows)
        if not isinstance(rows, list):
            return {}
        trimmed: list[JsonValueType] = [
            _trim_row(row) for row in rows[:_MAX_ROWS] if isinstance(row, dict)
        ]
        return {self._tool.rows: trimmed, "count": len(rows)}


def _trim_row(row: JsonObjectType) -> JsonObjectType:
    """Return a row without what is unknown, and with a short summary."""
    return {
        key: value[:_MAX_TEXT_CHARACTERS] if isinstance(value, str) else value
        for key, value in row.items()
        if key in _EXPOSED_KEYS and value is not None
    }
