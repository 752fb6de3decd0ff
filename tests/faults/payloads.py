"""What a server lists and tells, word for word."""

from collections.abc import Mapping

from tests.simulator import Fault


def sessions_response(*trees: Mapping[str, object]) -> Fault:
    """Return an answer that lists sessions just so."""
    return Fault.wrong_json({"MediaContainer": {"size": len(trees), "Metadata": trees}})


def playing_frame(*entries: Mapping[str, object]) -> Mapping[str, object]:
    """Return a frame that tells just so what sessions do."""
    container = {
        "type": "playing",
        "size": len(entries),
        "PlaySessionStateNotification": entries,
    }
    return {"NotificationContainer": container}
