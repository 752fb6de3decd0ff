"""The update of the Media Server itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self

from .coerce import JsonObject, boolean, child, text, timestamp


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerUpdate:
    """What the server's updater knows; the address it downloads from is never read.

    available_version: may be the one that runs; None when there is none. added, fixed:
    Plex's notes, one change a line. can_install: false in containers and packages of
    distributions. state: Plex's word: available, downloading, downloaded, installing,
    tonight, skipped, error, notify, done. checked_at: when Plex was last asked.
    """

    available_version: str | None
    added: str | None
    fixed: str | None
    state: str | None
    can_install: bool
    checked_at: datetime | None

    @property
    def release_notes(self) -> str | None:
        """Return the notes as Markdown, in Plex's English."""
        parts = [
            f"**{title}**\n\n" + "\n".join(f"- {line}" for line in changes.splitlines() if line)
            for title, changes in (("New", self.added), ("Fixed", self.fixed))
            if changes is not None
        ]
        return "\n\n".join(parts) or None

    @classmethod
    def parse(cls, container: JsonObject) -> Self:
        """Return the update; without a `Release` there is none."""
        release = child(container, "Release")
        return cls(
            available_version=text(release, "version"),
            added=text(release, "added"),
            fixed=text(release, "fixed"),
            state=text(release, "state"),
            can_install=bool(boolean(container, "canInstall")),
            checked_at=timestamp(container, "checkedAt"),
        )
