"""Who sits in front of a dashboard, presses everything, and reads what comes of it."""

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
from tests.integration.support import state_of
from tests.secrets import FOLLOWED_PICTURE, NO_NAMES, USER_NAMES

from .frontend_client import FrontendClient
from .output_recorder import OutputRecorder

_PICTURES: Final = ("image.harbour_now_playing", FOLLOWED_PICTURE)
_UPDATE: Final = "update.harbour_server"
_BUTTONS: Final = ("button.harbour_movies_scan", "button.harbour_scan_libraries")
_QUESTIONS: Final[Mapping[str, Mapping[str, str]]] = {
    "get_streams": {},
    "get_history": {},
    "get_recently_added": {},
    "get_on_deck": {},
    "search": {"query": "fog"},
}
_SHOW_NAMES: Final = frozenset({"get_streams", "get_history"})


class UserJourney:
    """Does all that can be done with a server, and has a witness keep the answers."""

    def __init__(
        self, hass: HomeAssistant, frontend: FrontendClient, recorder: OutputRecorder
    ) -> None:
        """Have done nothing yet; done and failed hold the actions and tools by their names."""
        self.done: set[str] = set()
        self.failed: set[str] = set()
        self._tools: set[str] = set()
        self._hass = hass
        self._frontend = frontend
        self._recorder = recorder

    async def call_everything(self, session_key: str) -> None:
        """Do all that can be done, one after the other."""
        for button in _BUTTONS:
            await self._call(BUTTON_DOMAIN, SERVICE_PRESS, {ATTR_ENTITY_ID: button})
        await self._call(UPDATE_DOMAIN, SERVICE_INSTALL, {ATTR_ENTITY_ID: _UPDATE})
        for action, data in (
            ("scan_library", {"library": "Movies"}),
            ("terminate_stream", {"session_key": session_key, "message": "Good night"}),
            ("mark_watched", {"rating_key": "1"}),
            ("mark_unwatched", {"rating_key": "1"}),
        ):
            await self._call(DOMAIN, action, data)
        await self.query_everything()

    async def query_everything(self) -> None:
        """Ask all that can be asked, and look at all that can be seen."""
        for action, data in _QUESTIONS.items():
            await self._call(DOMAIN, action, data)
        await self._call_assist_tools()
        for picture in _PICTURES:
            address = state_of(self._hass, picture).attributes["entity_picture"]
            self._recorder.note(await self._frontend.get(address))
        notes = await self._frontend.command("update/release_notes", entity_id=_UPDATE)
        self._recorder.note(notes)
        for what, found in (await get_system_health_info(self._hass, DOMAIN)).items():
            value = await self._frontend.wait_for(found) if isawaitable(found) else found
            self._recorder.note((what, value))

    def assert_everything_called(self) -> None:
        """Hold that there is no other action, and that every question was answered some time."""
        actions = self._hass.services.async_services_for_domain(DOMAIN)
        assert self._tools
        assert actions.keys() <= self.done | self.failed
        assert {*_QUESTIONS, *self._tools} <= self.done

    async def _call(self, domain: str, action: str, data: Mapping[str, str]) -> None:
        """Call an action, and keep what it answers or what its failure says."""
        call = self._hass.services.async_call(
            domain, action, dict(data), blocking=True, return_response=action in _QUESTIONS
        )
        try:
            answer = await self._frontend.wait_for(call)
        except HomeAssistantError as err:
            self.failed.add(action)
            told = (err, str(err), err.translation_placeholders, err.__cause__, err.__context__)
            self._recorder.note(told)
        else:
            self.done.add(action)
            self._recorder.note(
                json.dumps(answer), USER_NAMES if action in _SHOW_NAMES else NO_NAMES
            )

    async def _call_assist_tools(self) -> None:
        """Use every tool that a conversation agent is given."""
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
            self._recorder.note((tool.title, tool.description, tool.parameters.schema))
            asked = llm.ToolInput(tool_name=tool.name, tool_args=dict(_QUESTIONS[action]))
            result = await self._frontend.wait_for(assist.async_call_tool(asked))
            (self.failed if result.error else self.done).add(tool.name)
            is_shown = action in _SHOW_NAMES and not result.error
            self._recorder.note(result.data, USER_NAMES if is_shown else NO_NAMES)
