"""Models of a Media Server: identity, features, accounts, remote access, load, update."""

from datetime import datetime
from typing import Final, Self

from ..record import Record
from .coerce import (
    MAX_LONG_TEXT_LENGTH,
    JsonObject,
    boolean,
    child,
    children,
    integer,
    multiline_text,
    non_negative_float,
    short_text,
    text,
    timestamp,
)

_NO_ACCOUNT: Final = "0"
"""The id of an entry that stands for no account."""
_MAPPING_FAILURES: Final = frozenset({"unreachable", "publisherror"})


class ServerIdentity(Record):
    """The identity that a server reports without a token; it proves nothing."""

    machine_identifier: str
    """Permanent."""
    version: str | None
    is_claimed: bool | None
    """Whether the server is signed in to an account."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the identity, None without an identifier."""
        if (machine_identifier := text(fields, "machineIdentifier")) is None:
            return None
        return cls(
            machine_identifier=machine_identifier,
            version=short_text(fields, "version"),
            is_claimed=boolean(fields, "claimed"),
        )


class ServerInfo(Record):
    """The attributes of a server in `/` and `/media/providers`."""

    machine_identifier: str
    name: str
    version: str | None
    platform: str | None
    platform_version: str | None
    has_plex_pass: bool
    """Of the owner. The subscription attribute lags behind "pass" in `ownerFeatures`."""
    is_starting: bool
    """Whether plug-ins are still loading; lists may be incomplete."""

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the server, None without an identifier."""
        if (machine_identifier := text(fields, "machineIdentifier")) is None:
            return None
        features = (text(fields, "ownerFeatures", MAX_LONG_TEXT_LENGTH) or "").split(",")
        return cls(
            machine_identifier=machine_identifier,
            name=short_text(fields, "friendlyName") or "Plex Media Server",
            version=short_text(fields, "version"),
            platform=short_text(fields, "platform"),
            platform_version=short_text(fields, "platformVersion"),
            has_plex_pass=bool(boolean(fields, "myPlexSubscription")) or "pass" in features,
            is_starting=text(fields, "startState") is not None,
        )


class ServerAccount(Record):
    """An account that may use the server."""

    account_id: str
    """As `User.id`; "1" is the owner."""
    name: str

    @classmethod
    def parse(cls, fields: JsonObject) -> Self | None:
        """Return the account, None for id 0, and without id or name."""
        account_id, account_name = text(fields, "id"), short_text(fields, "name")
        if account_id is None or account_id == _NO_ACCOUNT or account_name is None:
            return None
        return cls(account_id=account_id, name=account_name)


class RemoteAccess(Record):
    """Whether the server is reachable from the Internet.

    Everything else in `/myplex/account` is private and not parsed: e-mail address, network
    addresses, even a token.
    """

    is_reachable: bool | None
    """None while the server is still testing it."""

    @classmethod
    def parse(cls, account: JsonObject) -> Self:
        """Return the result of the port mapping, interpreted like Tautulli does."""
        match text(account, "mappingState"):
            case "mapped":
                return cls(is_reachable=text(account, "mappingError") not in _MAPPING_FAILURES)
            case None | "waiting":
                return cls(is_reachable=None)
            case _:
                return cls(is_reachable=False)


class ServerResources(Record):
    """The load of a server and its host, in percent; None if there is no sample yet."""

    host_cpu: float | None
    """Of the whole host."""
    process_cpu: float | None
    """Of the Media Server with its transcoders."""
    host_memory: float | None
    """Of the whole host."""
    process_memory: float | None
    """Of the Media Server with its transcoders."""

    @classmethod
    def parse(cls, container: JsonObject) -> Self:
        """Return the newest sample; samples are about 5 s apart."""
        newest = max(
            children(container, "StatisticsResources"),
            key=lambda sample: integer(sample, "at") or 0,
            default={},
        )
        return cls(
            host_cpu=non_negative_float(newest, "hostCpuUtilization"),
            process_cpu=non_negative_float(newest, "processCpuUtilization"),
            host_memory=non_negative_float(newest, "hostMemoryUtilization"),
            process_memory=non_negative_float(newest, "processMemoryUtilization"),
        )


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
