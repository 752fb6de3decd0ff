"""Model of the Media Server's own update."""

from datetime import datetime
from typing import Self

from ..record import Record
from .coerce import JsonObject, boolean, child, multiline_text, short_text, text, timestamp


class ServerUpdate(Record):
    """The state of the server's updater. Its download address is not parsed, on purpose."""

    available_version: str | None
    """May be the installed one; None without an update."""
    added: str | None
    """Plex's release notes, one new feature per line."""
    fixed: str | None
    """Plex's release notes, one fix per line."""
    state: str | None
    """available, downloading, downloaded, installing, tonight, skipped, error, notify, done."""
    can_install: bool
    """False in containers and distribution packages."""
    checked_at: datetime | None
    """When the server last checked for updates."""

    @classmethod
    def parse(cls, container: JsonObject) -> Self:
        """Return the update; without a `Release` it has no version."""
        release = child(container, "Release")
        return cls(
            available_version=short_text(release, "version"),
            added=multiline_text(release, "added"),
            fixed=multiline_text(release, "fixed"),
            state=text(release, "state"),
            can_install=bool(boolean(container, "canInstall")),
            checked_at=timestamp(container, "checkedAt"),
        )
