"""A user who calls every action and reads every response."""

from collections.abc import Mapping
from inspect import isawaitable
import json
from typing import Final

from homeassistant.components.button import DOMAIN as BUTTON_DOMAIN, SERVICE_PRESS
from homeassistant.components.update import DOMAIN as UPDATE_DOMAIN, SERVICE_INSTALL
from homeassistant.const import ATTR_ENTITY_ID
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import llm
from pytest_homeassistant_custom_component.common import get_system_health_info

from custom_components.plex_pulse.const import DOMAIN
from tests.assist import expose_servers
from tests.entity_ids import NOW_PLAYING_IMAGE, SCAN_LIBRARIES, SCAN_MOVIES, UPDATE
from tests.integration.helpers import state_of
from tests.secrets import FOLLOWED_PICTURE, NO_NAMES, USER_NAMES

from .frontend_client import FrontendClient
from .output_recorder import OutputRecorder

_PICTURES: Final = (NOW_PLAYING_IMAGE, FOLLOWED_PICTURE)
_BUTTONS: Final = (SCAN_MOVIES, SCAN_LIBRARIES)
_QUERIES: Final[Mapping[str, Mapping[str, str]]] = {
    "get_streams": {},
    "get_history": {},
    "get_recently_added": {},
    "get_on_deck": {},
    "get_top": {},
    "search": {"query": "fog"},
}
_WITH_RECORDER: Final = frozenset({"get_top", f"{DOMAIN}__get_top"})
_QUERIES_WITH_NAMES: Final = frozenset({"get_streams", "get_history"})


class UserJourney:
    """Call everything that the integration offers and record the responses."""

    def __init__(
        self, hass: HomeAssistant, frontend: FrontendClient, recorder: OutputRecorder
    ) -> None:
        """Start without calls; `done` and `failed` are names of actions and tools."""
        self.done: set[str] = set()
        self.failed: set[str] = set()
        self._tools: set[str] = set()
        self._hass = hass
        self._frontend = frontend
        self._recorder = recorder

    async def call_everything(self, session_key: str) -> None:
        """Call all commands and then all queries."""
        for button in _BUTTONS:
            await self._call(BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: button})
        await self._call(UPDATE_DOMAIN, SERVICE_INSTALL, {ATTR_ENTITY_ID: UPDATE})
        for action, data in (
            ("scan_library", {"library": "Movies"}),
            ("terminate_stream", {"session_key": session_key, "message": "Good night"}),
            ("mark_watched", {"rating_key": "1"}),
            ("mark_unwatched", {"rating_key": "1"}),
            ("rebuild_statistics", {}),
        ):
            await self._call(DOMAIN, action, data)
        await self.query_everything()

    async def query_everything(self) -> None:
        """Call all queries and fetch all images, notes and system health."""
        for action, data in _QUERIES.items():
            await self._call(DOMAIN, action, data)
        await self._call_assist_tools()
        for picture in _PICTURES:
            address = state_of(self._hass, picture).attributes["entity_picture"]
            self._recorder.record(await self._frontend.get(address))
        notes = await self._frontend.command("update/release_notes", entity_id=UPDATE)
        self._recorder.record(notes)
        for what, found in (await get_system_health_info(self._hass, DOMAIN)).items():
            value = await self._frontend.wait_for(found) if isawaitable(found) else found
            self._recorder.record((what, value))

    def assert_everything_called(self) -> None:
        """Assert that no action was left out, and that every query succeeded at least once."""
        actions = self._hass.services.async_services_for_domain(DOMAIN)
        assert self._tools
        assert actions.keys() <= self.done | self.failed
        # Rankings need the recorder; `test_leaks_in_history.py` sets it up.
        assert {*_QUERIES, *self._tools} - self.done == _WITH_RECORDER

    async def _call(self, domain: str, action: str, data: Mapping[str, str]) -> None:
        """Call an action and record its response or its error."""
        call = self._hass.services.async_call(
            domain, action, dict(data), blocking=True, return_response=action in _QUERIES
        )
        try:
            answer = await self._frontend.wait_for(call)
        except HomeAssistantError as err:
            self.failed.add(action)
            fields = (err, str(err), err.translation_placeholders, err.__cause__, err.__context__)
            self._recorder.record(fields)
        else:
            self.done.add(action)
            self._recorder.record(
                json.dumps(answer), USER_NAMES if action in _QUERIES_WITH_NAMES else NO_NAMES
            )

    async def _call_assist_tools(self) -> None:
        """Call every tool that is offered to a conversation agent."""
        await expose_servers(self._hass)
        context = llm.LLMContext(
            platform="test",
            context=Context(),
            language="en",
            assistant="conversation",
            device_id=None,
        )
        assist = await llm.async_get_api(self._hass, llm.LLM_API_ASSIST, context)
        for tool in assist.tools:
            domain, _, action = tool.name.partition("__")
            if domain != DOMAIN:
                continue
            self._tools.add(tool.name)
            self._recorder.record((tool.title, tool.description, tool.parameters.schema))
            tool_input = llm.ToolInput(tool_name=tool.name, tool_args=dict(_QUERIES[action]))
            result = await self._frontend.wait_for(assist.async_call_tool(tool_input))
            (self.failed if result.error else self.done).add(tool.name)
            is_shown = action in _QUERIES_WITH_NAMES and not result.error
            self._recorder.record(result.data, USER_NAMES if is_shown else NO_NAMES)
