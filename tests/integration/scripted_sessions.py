"""A server whose listed sessions and notifications are set independently by a test."""

from collections.abc import Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from tests.entity_ids import STREAMS
from tests.faults.payloads import playing_frame, sessions_response
from tests.fixtures.home_assistant import RunFor
from tests.simulator import PlexSimulator

from .helpers import deliver_push, state_of

SESSIONS_PATH = "/status/sessions"

type Streams = list[tuple[str | None, str | None]]


class ScriptedSessions:
    """Lists and reports sessions explicitly; nothing is derived from playback."""

    def __init__(self, hass: HomeAssistant, simulator: PlexSimulator, run_for: RunFor) -> None:
        """Start without sessions."""
        self._hass = hass
        self._simulator = simulator
        self._run_for = run_for
        self._trees: dict[str, Mapping[str, object]] = {}
        self._seconds = 0.0
        simulator.sessions.on_change = None
        self._update()

    def count_reads(self) -> int:
        """Return the number of reads since the last call."""
        count = self._simulator.count(SESSIONS_PATH)
        self._simulator.clear_requests()
        return count

    @property
    def streams(self) -> Streams:
        """Return user and state of each stream that is shown."""
        streams: list[dict[str, Any]] = state_of(self._hass, STREAMS).attributes["streams"]
        return [(stream["user"], stream["state"]) for stream in streams]

    def list_session(
        self,
        key: str,
        *,
        item: str = "500",
        user: str = "juniper",
        state: str = "playing",
        offset: int = 60_000,
        transcode: str | None = None,
        changes: Mapping[str, object] | None = None,
    ) -> None:
        """List a session from now on, or change a listed one."""
        tree: dict[str, object] = {
            "sessionKey": key,
            "ratingKey": item,
            "title": f"Item {item}",
            "type": "movie",
            "duration": 6_000_000,
            "viewOffset": offset,
            "User": {"id": user, "title": user},
            "Player": {"machineIdentifier": f"player of {user}", "state": state},
            "Session": {"id": f"session of {user}", "bandwidth": 8000, "location": "lan"},
        }
        if transcode is not None:
            tree["TranscodeSession"] = {
                "key": f"/transcode/sessions/{transcode}",
                "videoDecision": "transcode",
                "speed": 2.0,
            }
        self._trees[key] = {**tree, **(changes or {})}
        self._update()

    def unlist(self, *keys: str) -> None:
        """Remove sessions from the list."""
        for key in keys:
            del self._trees[key]
        self._update()

    def delay_responses(self, seconds: float) -> None:
        """Send each response that many seconds after its request, with the sessions of then."""
        self._seconds = seconds
        self._update()

    async def report(self, key: str | None, state: str, /, **fields: object) -> None:
        """Send a `playing` notification, without a session key if it is None."""
        entry = {"viewOffset": 70_000, **fields, "state": state}
        await self.send(playing_frame(entry if key is None else {"sessionKey": key, **entry}))

    async def report_transcode(self, key: str, event: str) -> None:
        """Send the notification of a transcode session."""
        entry = {
            "key": f"/transcode/sessions/{key}",
            "videoDecision": "transcode",
            "speed": 0,
            "progress": 45.4,
        }
        container = {"type": f"transcodeSession.{event}", "size": 1, "TranscodeSession": [entry]}
        await self.send({"NotificationContainer": container})

    async def send(self, frame: Mapping[str, object]) -> None:
        """Send a frame and wait until it is handled."""
        self._simulator.push.send(frame)
        await deliver_push(self._hass, self._simulator)

    async def run_for(self, seconds: float, *reported: str, item: str = "500") -> None:
        """Advance the time; each of the sessions `reported` is reported every ten seconds."""
        for _ in range(int(seconds // 10)):
            await self._run_for(10)
            for key in reported:
                await self.report(key, "playing", ratingKey=item)
        await self._run_for(seconds % 10)

    def _update(self) -> None:
        """Return the current sessions from now on."""
        self._simulator.faults.clear(SESSIONS_PATH)
        self._simulator.faults.add(
            SESSIONS_PATH,
            sessions_response(*self._trees.values(), seconds=self._seconds),
            times=None,
        )
