"""How the end of a session is notified, as real servers do and as bug reports show it."""

from collections.abc import Mapping

from .session import StopReport

_UNKNOWN_KEY = "987654"


def reported(entry: Mapping[str, object], report: StopReport) -> Mapping[str, object]:
    """Return a notification's entry in the form of a report."""
    match report:
        case StopReport.NUMBERS:
            return {
                **entry,
                **{name: int(str(entry[name])) for name in ("sessionKey", "ratingKey")},
            }
        case StopReport.WITHOUT_IDENTIFIERS:
            empty = dict.fromkeys(("url", "ratingKey", "key", "guid"), "")
            return {"state": entry["state"], "viewOffset": entry["viewOffset"], **empty}
        case StopReport.ITEM_ONLY:
            left_out = {"sessionKey", "clientIdentifier", "playQueueID", "playQueueItemID"}
            return {name: value for name, value in entry.items() if name not in left_out}
        case StopReport.OTHER_KEY:
            return {**entry, "sessionKey": _UNKNOWN_KEY}
        case _:
            return entry
