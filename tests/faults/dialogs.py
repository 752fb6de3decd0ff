"""Who goes through the dialogs of an entry: sets up, signs in, moves, and chooses."""

from collections.abc import Mapping
from typing import Any, Final

from homeassistant.config_entries import SOURCE_REAUTH
from homeassistant.const import CONF_TOKEN, CONF_URL, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.plex_pulse.const import CONF_FOLLOWED_USERS, CONF_RETRY, DOMAIN
from tests.integration.moving import RESOURCES
from tests.integration.support import until
from tests.secrets import FOLLOWED_USER, NO_NAMES, TYPED_TOKEN, USER_NAMES
from tests.simulator import PlexTvSimulator

from .frontend_client import FrontendClient
from .leaky_faults import FaultScenario
from .output_recorder import OutputRecorder

_FLOWS: Final = "/api/config/config_entries/flow"
_OPTIONS: Final = "/api/config/config_entries/options/flow"
_A_WHILE: Final = 60
"""Seconds after which plex.tv has had all the silence it asked for."""

type Step = Mapping[str, Any]
type Typed = Mapping[str, object]


class DialogUser:
    """Goes through the dialogs as a browser shows them, and has a witness keep each step."""

    def __init__(
        self,
        hass: HomeAssistant,
        frontend: FrontendClient,
        recorder: OutputRecorder,
        entry: MockConfigEntry,
        plextv: PlexTvSimulator,
    ) -> None:
        """Have seen nothing yet; refused holds what was said to be wrong, each time."""
        self.refused: list[str] = []
        self._hass = hass
        self._frontend = frontend
        self._recorder = recorder
        self._entry = entry
        self._plextv = plextv

    async def set_up(self) -> None:
        """Enter address and token as for a new server."""
        form = await self._choose(await self._begin(_FLOWS, handler=DOMAIN), "manual")
        await self._close(await self._submit(form, self._typed(TYPED_TOKEN)))

    async def reconfigure(self) -> None:
        """Enter the address, first without a token and then with one."""
        menu = await self._begin(_FLOWS, handler=DOMAIN, entry_id=self._entry.entry_id)
        form = await self._choose(menu, "reconfigure_manual")
        form = await self._submit(form, self._typed())
        await self._close(await self._submit(form, self._typed(TYPED_TOKEN)))

    async def sign_in_again(self, token: str = TYPED_TOKEN) -> None:
        """Enter a token where one is asked for, or may be."""
        form = await self._choose(await self._begin_again(), "reauth_manual")
        await self._close(await self._submit(form, {CONF_TOKEN: token}))

    async def sign_in_at_plex(self, fault_scenario: FaultScenario) -> None:
        """Sign in at a plex.tv that fails at first, then later on, then not any more."""
        fault_scenario.start_at_plex_tv()
        step = await self._choose(await self._begin_again(), "sign_in")
        fault_scenario.start_at_plex_tv(RESOURCES)
        await self._frontend.wait(_A_WHILE)
        step = await self._submit(step, {})
        assert step["type"] == "external"
        self._plextv.approve(self._plextv.pins[-1].id)
        flow = self._hass.config_entries.flow.async_get
        signed_in = until(lambda: flow(step["flow_id"])["step_id"] == "sign_in_done")
        await self._frontend.wait_for(signed_in)
        step = await self._ask("get", step)
        fault_scenario.stop_at_plex_tv()
        await self._frontend.wait(_A_WHILE)
        await self._close(await self._submit(step, {}))

    async def choose_options(self, **policy: float) -> None:
        """Choose whom to follow, and how patient to be."""
        form = await self._begin(_OPTIONS, handler=self._entry.entry_id)
        typed = {CONF_RETRY: policy, CONF_FOLLOWED_USERS: [str(FOLLOWED_USER.id)]}
        await self._close(await self._submit(form, typed))

    def _typed(self, token: str | None = None) -> Typed:
        """Return what is typed where an address is asked for."""
        typed = {CONF_URL: self._entry.data[CONF_URL], CONF_VERIFY_SSL: True}
        return typed if token is None else {**typed, CONF_TOKEN: token}

    async def _begin(self, dialogs: str, **about: str) -> Step:
        """Open a dialog."""
        step: Step = await self._frontend.request_json("post", dialogs, about)
        self._keep(step, {})
        return step

    async def _begin_again(self) -> Step:
        """Open the dialog for signing in again, which may be there already."""
        self._entry.async_start_reauth(self._hass)
        await self._hass.async_block_till_done()
        (flow,) = self._entry.async_get_active_flows(self._hass, {SOURCE_REAUTH})
        return await self._ask("get", flow)

    async def _choose(self, menu: Step, way: str) -> Step:
        """Choose from a menu."""
        return await self._submit(menu, {"next_step_id": way})

    async def _submit(self, step: Step, typed: Typed) -> Step:
        """Send a form."""
        return await self._ask("post", step, typed)

    async def _close(self, step: Step) -> None:
        """Give a dialog up, if it has not ended."""
        if step["type"] not in {"abort", "create_entry"}:
            await self._frontend.request_json("delete", self._path(step))

    async def _ask(self, method: str, step: Step, typed: Typed | None = None) -> Step:
        """Return the dialog's next step."""
        following: Step = await self._frontend.request_json(method, self._path(step), typed)
        self._keep(following, typed or {})
        return following

    def _path(self, step: Step) -> str:
        """Return where a dialog is."""
        dialogs = _FLOWS if step["handler"] == DOMAIN else _OPTIONS
        return f"{dialogs}/{step['flow_id']}"

    def _keep(self, step: Step, typed: Typed) -> None:
        """Have a step kept, but for what its fields may hold: what was typed, and the address.

        What is known of the dialogs under way, their context, is kept as well.
        """
        self._recorder.note(self._hass.config_entries.flow.async_progress())
        self.refused += (step.get("errors") or {}).values()
        is_about_address = step.get("step_id") == "reconfigure_manual"
        allowed = {CONF_URL: self._entry.data[CONF_URL]} if is_about_address else {}
        allowed |= typed
        for field in step.get("data_schema") or ():
            name, description = field["name"], dict(field.get("description") or {})
            if description.get("suggested_value") == allowed.get(name):
                description.pop("suggested_value", None)
            shown = {**field, "description": description}
            self._recorder.note(shown, USER_NAMES if name == CONF_FOLLOWED_USERS else NO_NAMES)
        told = {key: value for key, value in step.items() if key != "data_schema"}
        # Where plex.tv is is no secret.
        self._recorder.note(str(told).replace(self._plextv.url, "https://plex.tv"))
