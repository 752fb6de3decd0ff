"""A user in the dialogs of an entry: set up, sign in again, reconfigure, options."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_FOLLOWED_USERS, CONF_RETRY, DOMAIN
from tests.integration.helpers import wait_until
from tests.integration.relocation_helpers import RESOURCES
from tests.secrets import FOLLOWED_USER, NO_NAMES, TYPED_TOKEN, USER_NAMES
from tests.simulator import PlexTvSimulator

from .frontend_client import FrontendClient
from .leaky_faults import FaultScenario
from .output_recorder import OutputRecorder

_FLOWS: Final = "/api/config/config_entries/flow"
_OPTIONS: Final = "/api/config/config_entries/options/flow"
_AFTER_RETRY_AFTER_SECONDS: Final = 60
"""Seconds after which any Retry-After of plex.tv is over."""

type Step = Mapping[str, Any]
type UserInput = Mapping[str, object]


class DialogUser:
    """Go through the dialogs over the frontend's API and record each step."""

    def __init__(
        self,
        hass: HomeAssistant,
        frontend: FrontendClient,
        recorder: OutputRecorder,
        entry: MockConfigEntry,
        plextv: PlexTvSimulator,
    ) -> None:
        """Start without errors; `form_errors` collects the form errors of all steps."""
        self.form_errors: list[str] = []
        self._hass = hass
        self._frontend = frontend
        self._recorder = recorder
        self._entry = entry
        self._plextv = plextv

    async def set_up(self) -> None:
        """Enter the URL and token of a new server."""
        form = await self._choose(await self._start_flow(_FLOWS, handler=DOMAIN), "manual")
        await self._close(await self._submit(form, self._url_input(TYPED_TOKEN)))

    async def reconfigure(self) -> None:
        """Enter the URL, first without and then with a token."""
        menu = await self._start_flow(_FLOWS, handler=DOMAIN, entry_id=self._entry.entry_id)
        form = await self._choose(menu, "reconfigure_manual")
        form = await self._submit(form, self._url_input())
        await self._close(await self._submit(form, self._url_input(TYPED_TOKEN)))

    async def sign_in_again(self, token: str = TYPED_TOKEN) -> None:
        """Enter a token in the reauth dialog."""
        form = await self._choose(await self._start_reauth(), "reauth_manual")
        await self._close(await self._submit(form, {CONF_TOKEN: token}))

    async def sign_in_at_plex(self, fault_scenario: FaultScenario) -> None:
        """Sign in while all of plex.tv fails, then only its server list, and then nothing."""
        fault_scenario.start_at_plex_tv()
        step = await self._choose(await self._start_reauth(), "sign_in")
        fault_scenario.start_at_plex_tv(RESOURCES)
        await self._frontend.advance(_AFTER_RETRY_AFTER_SECONDS)
        step = await self._submit(step, {})
        assert step["type"] == "external"
        self._plextv.approve(self._plextv.pins[-1].id)
        flow = self._hass.config_entries.flow.async_get
        signed_in = wait_until(lambda: flow(step["flow_id"])["step_id"] == "sign_in_done")
        await self._frontend.wait_for(signed_in)
        step = await self._ask("get", step)
        fault_scenario.stop_at_plex_tv()
        await self._frontend.advance(_AFTER_RETRY_AFTER_SECONDS)
        await self._close(await self._submit(step, {}))

    async def set_options(self, **policy: float) -> None:
        """Choose the followed users and the retry policy."""
        form = await self._start_flow(_OPTIONS, handler=self._entry.entry_id)
        user_input = {CONF_RETRY: policy, CONF_FOLLOWED_USERS: [str(FOLLOWED_USER.id)]}
        await self._close(await self._submit(form, user_input))

    def _url_input(self, token: str | None = None) -> UserInput:
        """Return the input for a form with a URL."""
        user_input = {CONF_URL: self._entry.data[CONF_URL], CONF_VERIFY_SSL: True}
        return user_input if token is None else {**user_input, CONF_TOKEN: token}

    async def _start_flow(self, dialogs: str, **about: str) -> Step:
        """Start a flow."""
        step: Step = await self._frontend.request_json("post", dialogs, about)
        self._record_step(step, {})
        return step

    async def _start_reauth(self) -> Step:
        """Open the reauth flow, which may be in progress already."""
        self._entry.async_start_reauth(self._hass)
        # The flow first finds out why the token is refused.
        await self._frontend.wait_for(self._hass.async_block_till_done())
        (flow,) = self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})
        return await self._ask("get", flow)

    async def _choose(self, menu: Step, way: str) -> Step:
        """Select a menu option."""
        return await self._submit(menu, {"next_step_id": way})

    async def _submit(self, step: Step, user_input: UserInput) -> Step:
        """Submit a form; a reauth flow may have been removed since it was shown."""
        return await self._ask("post", step, user_input) if "flow_id" in step else step

    async def _close(self, step: Step) -> None:
        """Abort a flow that has not ended.

        A reauth flow is removed, and has no type, once the server accepts the token again.
        """
        if step.get("type", "abort") not in {"abort", "create_entry"}:
            await self._frontend.request_json("delete", self._path(step))

    async def _ask(self, method: str, step: Step, user_input: UserInput | None = None) -> Step:
        """Send a request for a flow and return its next step."""
        following: Step = await self._frontend.request_json(method, self._path(step), user_input)
        self._record_step(following, user_input or {})
        return following

    def _path(self, step: Step) -> str:
        """Return the path of a flow."""
        dialogs = _FLOWS if step["handler"] == DOMAIN else _OPTIONS
        return f"{dialogs}/{step['flow_id']}"

    def _record_step(self, step: Step, user_input: UserInput) -> None:
        """Record a step, except the input and the URL that its fields may contain.

        The flows in progress are recorded as well.
        """
        self._recorder.record(self._hass.config_entries.flow.async_progress())
        self.form_errors += (step.get("errors") or {}).values()
        is_about_address = step.get("step_id") == "reconfigure_manual"
        allowed = {CONF_URL: self._entry.data[CONF_URL]} if is_about_address else {}
        allowed |= user_input
        for field in step.get("data_schema") or ():
            name, description = field["name"], dict(field.get("description") or {})
            if description.get("suggested_value") == allowed.get(name):
                description.pop("suggested_value", None)
            shown = {**field, "description": description}
            self._recorder.record(shown, USER_NAMES if name == CONF_FOLLOWED_USERS else NO_NAMES)
        fields = {key: value for key, value in step.items() if key != "data_schema"}
        # The URL of plex.tv is not secret.
        self._recorder.record(str(fields).replace(self._plextv.url, "https://plex.tv"))
