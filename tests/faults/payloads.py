"""Exact payloads: session lists and push frames."""

from collections.abc import Mapping

from tests.simulator import Fault


def sessions_response(*trees: Mapping[str, object], seconds: float = 0.0) -> Fault:
    """Return a response with exactly these sessions, which is sent after that many seconds."""
    return Fault.wrong_json({"MediaContainer": {"size": len(trees), "Metadata": trees}}, seconds)


def playing_frame(*entries: Mapping[str, object]) -> Mapping[str, object]:
    """Return a push frame with exactly these session entries."""
    container = {
        "type": "playing",
        "size": len(entries),
        "PlaySessionStateNotification": entries,
    }
    return {"NotificationContainer": container}
