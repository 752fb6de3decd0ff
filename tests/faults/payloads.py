"""Exact payloads: session lists and push frames."""

from collections.abc import Mapping

from tests.simulator import Fault


def sessions_response(*trees: Mapping[str, object]) -> Fault:
    """Return a response with exactly these sessions."""
    return Fault.wrong_json({"MediaContainer": {"size": len(trees), "Metadata": trees}})


def playing_frame(*entries: Mapping[str, object]) -> Mapping[str, object]:
    """Return a push frame with exactly these session entries."""
    container = {
        "type": "playing",
        "size": len(entries),
        "PlaySessionStateNotification": entries,
    }
    return {"NotificationContainer": container}
