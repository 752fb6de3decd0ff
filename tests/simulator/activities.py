"""Background activities and library scans: listed while they run, and notified."""

from collections.abc import Iterable
from uuid import uuid4

from .encode import Tree
from .library import DEFAULT_KIND, Item, Section
from .notifications import activity, status
from .state import ServerState

_SCAN_SECONDS = 8
_REPORT_SECONDS = 2


class Activity:
    """One activity, started when constructed; progress is in percent, -1 is indeterminate."""

    def __init__(
        self,
        state: ServerState,
        kind: str,
        title: str,
        *,
        cancellable: bool = False,
        context: Tree | None = None,
    ) -> None:
        """List the activity and notify its start; kind is, for example, media.generate.credits."""
        self._state = state
        self.uuid = str(uuid4())
        self._tree: Tree = {
            "uuid": self.uuid,
            "type": kind,
            "cancellable": cancellable,
            "userID": 1,
            "title": title,
            "subtitle": "",
            "progress": 0,
        }
        if context is not None:
            self._tree["Context"] = context
        state.activities.append(self._tree)
        state.push.publish(activity("started", self._tree))

    @property
    def context(self) -> Tree:
        """Return what the activity is about; set it to change the next notification."""
        context = self._tree.get("Context")
        return context if isinstance(context, dict) else {}

    @context.setter
    def context(self, context: Tree) -> None:
        self._tree["Context"] = context

    def report(self, progress: int, subtitle: str = "") -> None:
        """Notify the progress and what is being processed."""
        self._tree |= {"progress": progress, "subtitle": subtitle}
        self._state.push.publish(activity("updated", self._tree))

    def end(self) -> None:
        """Notify the end."""
        self._tree["progress"] = 100
        # A restart in between empties the list.
        if self._tree in self._state.activities:
            self._state.activities.remove(self._tree)
        self._state.push.publish(activity("ended", self._tree))


class Scan:
    """A scan of a section; items added to the library meanwhile are notified by the library."""

    def __init__(self, state: ServerState, section: Section) -> None:
        """Start the scan."""
        self._state = state
        self._section = section
        section.refreshing = True
        state.push.publish(status(f"Scanning the {section.title} section"))
        self._activity = Activity(
            state,
            "library.update.section",
            f"Scanning {section.title}",
            cancellable=True,
            context={"librarySectionID": str(section.key)},
        )

    def report(self, progress: int, subtitle: str = "") -> None:
        """Notify the progress in percent."""
        self._activity.report(progress, subtitle)

    def end(self) -> None:
        """Notify that the scan is complete."""
        self._section.refreshing = False
        self._section.scanned_at = int(self._state.clock())
        self._activity.end()
        self._state.push.publish(status("Library scan complete"))


def start_scan(state: ServerState, section: Section) -> None:
    """Start a scan that a client requested; a scan already running continues."""
    if section.key not in state.scans:
        state.scans[section.key] = RequestedScan(state, section)


def stop_scan(state: ServerState, section: Section) -> None:
    """Cancel a requested scan; without one nothing happens."""
    if (scan := state.scans.pop(section.key, None)) is not None:
        scan.end()


def advance_scans(state: ServerState, now: float) -> None:
    """Report the progress of the requested scans, and end those that are due."""
    for key, scan in list(state.scans.items()):
        if scan.is_over(now):
            del state.scans[key]
            scan.end()


class RequestedScan:
    """A scan that a client requested: it reports by itself and ends after a few seconds."""

    def __init__(self, state: ServerState, section: Section) -> None:
        """Start the scan."""
        self._started_at = state.clock()
        self._reports = 0
        self._scan = Scan(state, section)

    def is_over(self, now: float) -> bool:
        """Report the progress up to now and return whether the scan is due to end."""
        elapsed = now - self._started_at
        while self._reports < min(elapsed, _SCAN_SECONDS) // _REPORT_SECONDS:
            self._reports += 1
            progress = int(self._reports * _REPORT_SECONDS * 100 / _SCAN_SECONDS)
            self._scan.report(min(progress, 99), f"Folder {self._reports}")
        return elapsed >= _SCAN_SECONDS

    def end(self) -> None:
        """End the scan."""
        self._scan.end()


def scan_through(
    state: ServerState, section: Section, titles: Iterable[str], frames: int
) -> list[Item]:
    """Run a whole scan with this many activity notifications; return the items found."""
    scan = Scan(state, section)
    waiting = iter(titles)
    found: list[Item] = []

    def find(title: str) -> None:
        found.append(state.library.add_item(DEFAULT_KIND[section.type], title, section))

    for number in range(frames - 2):
        if (title := next(waiting, None)) is not None:
            find(title)
        scan.report(number * 100 // (frames - 2), f"Folder {number + 1}")
    for title in waiting:
        find(title)
    scan.end()
    return found
