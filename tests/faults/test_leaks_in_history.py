"""No fault leaks secrets or user names while the history is imported and ranked."""

import json
import logging
from typing import Any, Final

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import list_statistic_ids
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.typing import RecorderInstanceContextManager

from custom_components.plex_pulse.const import DOMAIN
from tests.assist import call_tool, expose_servers
from tests.fixtures.home_assistant import RunFor
from tests.fixtures.statistics import STATISTICS_ONLY
from tests.secrets import FOLLOWED_NAME, FOLLOWED_USER, OTHER_USER

from .assertions import HealthyBaseline
from .frontend_client import FrontendClient
from .leaky_faults import FaultScenario
from .output_recorder import OutputRecorder

pytestmark = pytest.mark.push

_PATHS: Final = ("/status/sessions/history/*", "/statistics/*", "/devices", "/library/metadata/*")
_VERBOSE: Final = ("homeassistant.components.recorder", "homeassistant.components.websocket_api")
_NAMES: Final = frozenset({FOLLOWED_NAME})


@pytest.fixture
def mock_recorder_before_hass(async_test_recorder: RecorderInstanceContextManager) -> None:
    """Prepare the database before Home Assistant is created."""


@pytest.fixture(autouse=True)
def _quiet_database(caplog: pytest.LogCaptureFixture) -> None:
    """Keep Home Assistant's DEBUG lines about each row and message out of the log."""
    for name in ("sqlalchemy.engine", *_VERBOSE):
        caplog.set_level(logging.WARNING, name)


@pytest.fixture
def recorder_config() -> dict[str, Any]:
    """Store statistics only."""
    return STATISTICS_ONLY


@pytest.fixture(autouse=True)
def _recorder(recorder_mock: Recorder) -> None:
    """Set up a recorder: there is no history without it."""


class HistoryUser:
    """A user who calls everything that shows the history, and records the responses."""

    def __init__(
        self, hass: HomeAssistant, frontend: FrontendClient, recorder: OutputRecorder
    ) -> None:
        """Start without calls."""
        self._hass = hass
        self._frontend = frontend
        self._recorder = recorder

    async def call_everything(self) -> dict[str, str]:
        """Return the responses; those about users have the name of the followed one."""
        answers: dict[str, str] = {}
        for by in ("title", "user", "player", "library"):
            answers[f"get_top {by}"] = await self._call("get_top", by=by, period="all")
            answers[f"card {by}"] = await self._frontend.command(
                "plex_pulse/history/top", by=by, period="all"
            )
        answers["assist"] = await self._ask_assist()
        answers["dashboard"] = await self._frontend.command("plex_pulse/dashboard", language="en")
        database = get_instance(self._hass)
        await database.async_block_till_done()
        found = await database.async_add_executor_job(list_statistic_ids, self._hass)
        answers["statistics"] = json.dumps(found, default=str)
        # The last one: it begins to write everything again.
        answers["rebuild_statistics"] = await self._call("rebuild_statistics")
        for answer in answers.values():
            self._recorder.record(answer, _NAMES)
        return answers

    async def _call(self, action: str, **data: str) -> str:
        """Return the response of an action."""
        call = self._hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True
        )
        try:
            return json.dumps(await self._frontend.wait_for(call))
        except HomeAssistantError as err:
            return str((err, err.translation_placeholders, err.__cause__, err.__context__))

    async def _ask_assist(self) -> str:
        """Return the answer to what was watched."""
        result = await self._frontend.wait_for(call_tool(self._hass, "get_top", period="all"))
        assert not result.error
        return str(result.data)


@pytest.mark.usefixtures("followed_user")
async def test_no_fault_leaks_secrets_through_the_history(
    hass: HomeAssistant,
    recorder: OutputRecorder,
    fault_scenario: FaultScenario,
    leak_baseline: HealthyBaseline,
    run_for: RunFor,
    frontend: FrontendClient,
) -> None:
    await expose_servers(hass)
    user = HistoryUser(hass, frontend, recorder)
    fault_scenario.start(*_PATHS, times=fault_scenario.times)
    await user.call_everything()
    await run_for(60, step=5)
    await recorder.record_readable(leak_baseline.entry)
    fault_scenario.stop()
    await run_for(1_000, step=20)
    answers = await user.call_everything()
    names = [row["name"] for row in json.loads(answers["get_top user"])["top"]]
    assert names == [FOLLOWED_NAME]
    assert json.loads(answers["get_top title"])["top"]
    assert str(FOLLOWED_USER.id) in answers["statistics"]
    assert str(OTHER_USER.id) not in answers["statistics"]
    await recorder.record_readable(leak_baseline.entry)
    await recorder.assert_nothing_leaked(leak_baseline.entry)
    leak_baseline.assert_recovered()
